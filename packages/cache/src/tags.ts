import type { CacheKey } from './cache-key.ts'

/** A tag of one tenant, or of what is public: clearing `order` for one tenant leaves the others' entries alone. */
export function tagNames(
  key: Pick<CacheKey, 'shared' | 'principal'>,
  tags: readonly string[],
): readonly string[] {
  if (tags.length === 0) return tags
  const { shared, principal } = key
  return shared === 'public' ? tags.map(publicTag) : tags.map((tag) => tenantTag(principal.tenant, tag))
}

/** Every name under which a tenant may have been told something: its own, and the public one. */
export function clearedNames(tenant: string, tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => [tenantTag(tenant, tag), publicTag(tag)])
}

function tenantTag(tenant: string, tag: string): string {
  return `tenant:${encodeURIComponent(tenant)}:${tag}`
}

function publicTag(tag: string): string {
  return `public:${tag}`
}
