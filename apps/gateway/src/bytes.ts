import { z } from 'zod'

/** A size with its unit; a number of bytes once it is read. */
export const Bytes = z
  .string()
  .regex(/^[1-9]\d*(kb|mb)$/, 'must be a size with its unit, like "512kb" or "5mb"')
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('kb') ? 1024 : 1024 * 1024))
