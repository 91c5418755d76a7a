import { milliseconds } from '../define/units.ts'
import { CallerGoneError } from '../edge/cancellation.ts'
import type { Step } from './invocation.ts'

/** Serve a read from the cache where its policy allows; drop what a write makes stale. */
export const readCache: Step = (item, kit, next) => {
  if (item.cache) {
    const { shared, ttl, tags = [] } = item.cache
    const policy = { ttl: milliseconds(ttl), tags: [...tags] }
    const tool = `${item.server}/${item.kind}/${item.name}`
    return async (invocation) => {
      const { principal, cancellation } = invocation.call
      const key = {
        shared,
        principal,
        tool,
        version: item.version,
        args: [invocation.target, invocation.input],
      }
      for (;;) {
        try {
          return await kit.cache.getOrRun(key, policy, () => next(invocation))
        } catch (error) {
          // The caller whose flight we shared hung up; ours is still waiting.
          if (!(error instanceof CallerGoneError) || cancellation.aborted) throw error
        }
      }
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
