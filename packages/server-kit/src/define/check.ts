import type { Resource } from './resource.ts'
import type { Tool } from './tool.ts'
import { milliseconds, rate } from './units.ts'

/** Throws a TypeError for what the type system cannot see; returns the tool unchanged. */
export function checkTool<T extends Tool>(tool: T): T {
  const fail = (why: string): never => {
    throw new TypeError(`Tool ${tool.domain}/${tool.name}: ${why}`)
  }
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(tool.name)) fail('the name must be at most 48 characters of [a-z0-9_]')
  checkCommon(tool, fail)
  if (tool.effect !== 'read' && tool.cache) fail('only reads may be cached; a write says what it clears')
  return tool
}

/** Throws a TypeError for what the type system cannot see; returns the resource unchanged. */
export function checkResource<T extends Resource>(resource: T): T {
  const fail = (why: string): never => {
    throw new TypeError(`Resource ${resource.domain}/${resource.name}: ${why}`)
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\//.test(resource.uri)) fail(`"${resource.uri}" is not an absolute URI`)
  checkCommon(resource, fail)
  return resource
}

function checkCommon(
  item: Pick<Tool | Resource, 'scopes' | 'data' | 'cache' | 'limits'>,
  fail: (why: string) => never,
): void {
  if (item.scopes.length === 0) fail('it needs at least one scope')
  if (item.data === 'restricted' && item.cache) fail('restricted data is never cached')
  if (item.data === 'confidential' && item.cache?.shared === 'public')
    fail('confidential data is never shared with everybody')
  if (item.cache) milliseconds(item.cache.ttl)
  if (item.limits?.timeout) milliseconds(item.limits.timeout)
  if (item.limits?.rate) rate(item.limits.rate)
}
