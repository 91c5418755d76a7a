import { milliseconds } from '../define/units.ts'
import { Cancellation } from '../edge/cancellation.ts'
import type { Step } from './invocation.ts'

/** Serve a read from the cache where its policy allows; drop what a write makes stale. */
export const readCache: Step = (item, kit, next) => {
  if (item.cache) {
    const { shared, ttl, tags = [] } = item.cache
    const policy = { ttl: milliseconds(ttl), tags: [...tags] }
    const tool = `${item.server}/${item.kind}/${item.name}`
    return (invocation) => {
      const { principal, cancellation } = invocation.call
      const key = {
        shared,
        principal,
        tool,
        version: item.version,
        args: [invocation.target, invocation.input],
      }
      const run = (signal: AbortSignal) => next({ ...invocation, caller: cancelledBy(signal) })
      return kit.cache.getOrRun(key, policy, run, () => cancellation.signal)
    }
  }
  if (item.clears.length === 0) return next
  const tags = [...item.clears]
  return async (invocation) => {
    const result = await next(invocation)
    if (result.isError !== true) await kit.cache.clear(tags, invocation.call.principal.tenant)
    return result
  }
}

/** A shared run ends when nobody waits for it any more, not when the one who began it leaves. */
function cancelledBy(signal: AbortSignal): Cancellation {
  const cancellation = new Cancellation()
  signal.addEventListener('abort', () => cancellation.abort(signal.reason), { once: true })
  return cancellation
}
