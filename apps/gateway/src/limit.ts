import type { Principal } from '@atoll/auth'
import { LimitedError } from '@atoll/errors'
import type { Limiters, Rate } from '@atoll/server-kit'
import { z } from 'zod'

export const LimitConfig = z.object({
  /** Requests of one caller, of all kinds together. */
  GATEWAY_RATE: z
    .string()
    .regex(/^[1-9]\d*\/(s|min|h)$/, 'must be a rate such as 1200/min')
    .default('1200/min')
    .transform((text) => text as Rate),
})

/** Counts one request of a caller. Rejects with LimitedError when it is one too many. */
export type Limit = (principal: Pick<Principal, 'tenant' | 'subject' | 'issuer'>) => Promise<void>

/** One bucket per caller; shared by all replicas where `limiters` are. */
export function callerLimit(limiters: Limiters, rate: Rate): Limit {
  const take = limiters.limiter('gateway', rate)
  return async ({ tenant, subject, issuer }) => {
    const wait = await take(JSON.stringify([tenant, subject, issuer]))
    if (wait === undefined) return
    throw new LimitedError(`Too many requests: the limit is ${rate}.`, { retryAfter: wait })
  }
}
