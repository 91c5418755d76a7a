import type { Params, Result } from '@atoll/client'

/**
 * How long and by whom the result of `resources/read` may be kept (MCP server/utilities/caching): as its server says, and not
 * at all where it says nothing (2025 era) or nonsense, or where it holds what somebody answered.
 */
export function cacheable(result: Result, { inputResponses, requestState }: Params): Result {
  if (result.resultType !== undefined && result.resultType !== 'complete') return result
  const { ttlMs, cacheScope } = result
  const isAnswered = inputResponses !== undefined || requestState !== undefined
  const isTime = typeof ttlMs === 'number' && ttlMs >= 0
  const isKnown = isTime && (cacheScope === 'public' || cacheScope === 'private')
  return isKnown && !isAnswered ? result : { ...result, ttlMs: 0, cacheScope: 'private' }
}
