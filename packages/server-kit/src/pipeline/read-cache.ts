import { TimeoutError } from '@atoll/errors'
import { milliseconds } from '../define/units.ts'
import { Cancellation } from '../edge/cancellation.ts'
import { AskAlone } from '../interaction/ask-alone.ts'
import type { Invocation, Item, Kit, Step } from './invocation.ts'

/** Serve a read from the cache where its policy allows; drop what a write makes stale. */
export const readCache: Step = (item, kit, next) => {
  if (item.cache) {
    const { shared, ttl, tags = [] } = item.cache
    const policy = { ttl: milliseconds(ttl), tags: [...tags] }
    const tool = `${item.server}/${item.kind}/${item.name}`
    const answer = (invocation: Invocation, revision: readonly string[]) => {
      const { call, caller } = invocation
      const { principal } = call
      const key = {
        shared,
        principal,
        tool,
        version: item.version,
        args: [invocation.target, invocation.input, ...revision],
      }
      const run = (signal: AbortSignal) =>
        next({ ...invocation, caller: cancelledBy(signal), isForOthers: true })
      return kit.cache
        .getOrRun(key, policy, run, () => caller.signal)
        .catch((error) => {
          if (error instanceof AskAlone) return next(invocation)
          throw error
        })
    }
    const isAnswered = ({ answers }: Invocation) => Object.keys(answers).length > 0
    // What hangs on an answer is for one call alone (MCP server/utilities/caching).
    if (!item.cache.revision)
      return (invocation) => (isAnswered(invocation) ? next(invocation) : answer(invocation, []))
    return async (invocation) =>
      isAnswered(invocation)
        ? next(invocation)
        : answer(invocation, [await revisionOf(item, kit, invocation)])
  }
  if (item.clears.length === 0) return next
  const tags = [...item.clears]
  return async (invocation) => {
    const result = await next(invocation)
    if (result.isError !== true) await kit.cache.clear(tags, invocation.call.principal.tenant)
    return result
  }
}

/** Asked before the tool's own clock starts, within the same time. */
async function revisionOf(item: Item, kit: Kit, { call, caller }: Invocation): Promise<string> {
  const deadline = new AbortController()
  const { timeout } = item.limits
  const expire = () => deadline.abort(new TimeoutError(`${item.name} took longer than ${timeout}.`))
  const timer = setTimeout(expire, milliseconds(timeout))
  const unlink = caller.onAbort((reason) => deadline.abort(reason))
  try {
    const { principal, requestId } = call
    const context = { deps: kit.deps(), principal, requestId, signal: deadline.signal }
    // `readCache` asks only where there is one.
    return (await item.cache?.revision?.(context)) ?? ''
  } finally {
    clearTimeout(timer)
    unlink()
  }
}

/** A shared run ends when nobody waits for it any more, not when the one who began it leaves. */
function cancelledBy(signal: AbortSignal): Cancellation {
  const cancellation = new Cancellation()
  signal.addEventListener('abort', () => cancellation.abort(signal.reason), { once: true })
  return cancellation
}
