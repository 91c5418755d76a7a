import type { DataClass } from '@atoll/telemetry'
import { z } from 'zod'

const DAYS = { d: 1, w: 7, y: 365 } as const
const DAY = 86_400_000

/** How long records of each class of data are kept, in milliseconds; a class that is not named is kept for good. */
export type Retention = Readonly<Partial<Record<DataClass, number | undefined>>>

const age = z
  .string()
  .regex(/^[1-9]\d{0,4}[dwy]$/, 'must be an age such as 30d, 12w or 7y')
  .transform((text) => Number(text.slice(0, -1)) * DAYS[text.at(-1) as keyof typeof DAYS] * DAY)

/** `{"public":"30d","restricted":"7y"}` */
export const RetentionText = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue({ code: 'custom', message: 'must be JSON such as {"public":"30d","restricted":"7y"}' })
      return z.NEVER
    }
  })
  .pipe(
    z.strictObject({
      public: age.optional(),
      internal: age.optional(),
      confidential: age.optional(),
      restricted: age.optional(),
    }),
  )
