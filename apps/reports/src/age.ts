import { z } from 'zod'

const DAYS = { d: 1, w: 7, y: 365 } as const

/** `90d`, `12w` or `7y`, in days. */
export const Age = z
  .string()
  .regex(/^[1-9]\d{0,3}[dwy]$/, 'must be an age such as 90d, 12w or 7y')
  .transform((text) => Number(text.slice(0, -1)) * DAYS[text.at(-1) as keyof typeof DAYS])
