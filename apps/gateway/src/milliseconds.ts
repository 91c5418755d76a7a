import { z } from 'zod'

/** A time with its unit; a number of milliseconds once it is read. */
export const Milliseconds = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m)$/, 'must be a time with its unit, like "2s" or "500ms"')
  .transform(
    (text) => Number.parseFloat(text) * (text.endsWith('ms') ? 1 : text.endsWith('s') ? 1000 : 60_000),
  )
  .refine((milliseconds) => milliseconds > 0, 'must be longer than nothing')
