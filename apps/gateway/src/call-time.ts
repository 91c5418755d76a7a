import { type Call, timeLeftOf } from '@atoll/server-kit'

const ends = new WeakMap<Call, number>()

/**
 * When the caller waits no longer, on the monotonic clock: Infinity where they do not say. The first time it is asked
 * for a call starts the clock, so ask when the call comes in.
 */
export function endOf(call: Call): number {
  const left = timeLeftOf(call.meta)
  if (left === undefined) return Number.POSITIVE_INFINITY
  const known = ends.get(call)
  if (known !== undefined) return known
  const end = performance.now() + left
  ends.set(call, end)
  return end
}
