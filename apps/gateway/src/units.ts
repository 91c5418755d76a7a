import { z } from 'zod'

/** A time with its unit; a number of milliseconds once it is read. */
export const Milliseconds = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m)$/, 'must be a time with its unit, like "2s" or "500ms"')
  .transform(
    (text) => Number.parseFloat(text) * (text.endsWith('ms') ? 1 : text.endsWith('s') ? 1000 : 60_000),
  )
  .refine((milliseconds) => milliseconds > 0, 'must be longer than nothing')

/** A size with its unit; a number of bytes once it is read. */
export const Bytes = z
  .string()
  .regex(/^[1-9]\d*(kb|mb)$/, 'must be a size with its unit, like "512kb" or "5mb"')
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('kb') ? 1024 : 1024 * 1024))
