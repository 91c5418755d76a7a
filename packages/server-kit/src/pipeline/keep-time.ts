import { TimeoutError } from '@atoll/errors'
import { milliseconds } from '../define/units.ts'
import { Cancellation } from '../edge/cancellation.ts'
import { timeLeftOf } from '../edge/time-left.ts'
import type { Step } from './invocation.ts'

/**
 * End a call when its caller waits no longer, as far as the caller said so. Outside of the cache, because a run may be
 * shared with somebody who has more time.
 */
export const keepTime: Step = (item, _kit, next) => {
  const limit = milliseconds(item.limits.timeout)
  const mayHaveChanged = item.effect !== 'read'
  return (invocation) => {
    const left = timeLeftOf(invocation.call.meta)
    // The item's own deadline ends it sooner.
    if (left === undefined || left >= limit) return next(invocation)
    return new Promise((resolve, reject) => {
      const caller = new Cancellation()
      const late = () =>
        caller.abort(
          new TimeoutError(`${item.name} took longer than the ${left} ms that the caller had left.`, {
            mayHaveChanged,
          }),
        )
      // A timer may be early by less than a millisecond.
      const timer = setTimeout(late, Math.ceil(left))
      const unlink = invocation.caller.onAbort((reason) => caller.abort(reason))
      caller.onAbort(reject)
      const settle = () => {
        clearTimeout(timer)
        unlink()
      }
      next({ ...invocation, caller })
        .finally(settle)
        .then(resolve, reject)
    })
  }
}
