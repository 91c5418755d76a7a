import { z } from 'zod'
import { Milliseconds } from '../units.ts'

export const LoadConfig = z.object({
  /** Calls in flight at once, of all callers to all servers. */
  GATEWAY_MAX_CALLS: z.coerce.number().int().min(1).max(1_000_000).default(1000),
  /** Of them, of one caller. */
  GATEWAY_MAX_CALLS_PER_CALLER: z.coerce.number().int().min(1).max(1_000_000).default(250),
  /** How late the event loop may be on average before fewer calls are taken. */
  GATEWAY_MAX_DELAY: Milliseconds.prefault('200ms'),
})
