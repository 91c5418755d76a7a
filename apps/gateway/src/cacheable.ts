import type { Params, Result } from '@atoll/client'

/**
 * How long and by whom the result of `resources/read` may be kept (MCP server/utilities/caching): as its server says, and not
 * at all where it says nothing (2025 era) or nonsense, or where it holds what somebody answered.
 */
export function cacheable(result: Result, params: Params): Result {
  if (result.resultType !== undefined && result.resultType !== 'complete') return result
  const { ttlMs, cacheScope } = result
  const time = wholeTime(ttlMs)
  const isKnown = time !== undefined && (cacheScope === 'public' || cacheScope === 'private')
  if (!isKnown || isAnswered(params)) return { ...result, ttlMs: 0, cacheScope: 'private' }
  return time === ttlMs ? result : { ...result, ttlMs: time }
}

/** Whether a request brings back what somebody answered. */
export function isAnswered({ inputResponses, requestState }: Params): boolean {
  return inputResponses !== undefined || requestState !== undefined
}

/** Milliseconds as clients take them, which refuse all that is said beside a fraction of one; undefined for nonsense. */
export function wholeTime(ttlMs: unknown): number | undefined {
  if (typeof ttlMs !== 'number' || !(ttlMs >= 0)) return undefined
  return Math.floor(Math.min(ttlMs, Number.MAX_SAFE_INTEGER))
}
