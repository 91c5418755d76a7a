import { z } from 'zod'

/** A word on whether something is disabled: the newest of a thing counts, on every replica. */
export const Switch = z.object({
  /** `tool:orders__cancel_order`, `server:orders` or `tenant:acme`. */
  what: z.string().regex(/^(tool|server|tenant):./),
  disabled: z.boolean(),
  /** Told to callers. */
  reason: z.string(),
  /** Who said it. */
  by: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
})
export type Switch = z.output<typeof Switch>

/** Whether a word counts more than another about the same thing. At the same time, disabling wins. */
export function isNewer(word: Switch, than: Switch | undefined): boolean {
  if (!than) return true
  return word.at > than.at || (word.at === than.at && word.disabled && !than.disabled)
}
