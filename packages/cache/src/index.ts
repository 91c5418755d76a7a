export type { CacheKey, CachePrincipal } from './cache-key.ts'
export { canonicalText } from './canonical-text.ts'
export {
  type CacheRule,
  type CacheStats,
  createResultCache,
  type ResultCache,
  type ResultCacheOptions,
} from './result-cache.ts'
