import { z } from 'zod'
import { type Rate, RateText } from './rate-text.ts'

export const LimitConfig = z.object({
  /** Requests of one caller, of all kinds together. */
  GATEWAY_RATE: RateText.default(parsed('1200/min')),
  /** Limits, budgets and what calls cost; GATEWAY_RATE alone limits unless given. */
  GATEWAY_LIMITS_FILE: z.string().optional(),
})

function parsed(text: string): Rate {
  return RateText.parse(text)
}
