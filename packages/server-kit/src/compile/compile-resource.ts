import type { Telemetry } from '@atoll/telemetry'
import type { Resource, ResourceBody } from '../define/resource.ts'
import type { Result } from '../edge/service.ts'
import type { Invocation, Item, Kit } from '../pipeline/invocation.ts'
import { HandlerContext } from './call-context.ts'
import { listedScopes, RESOURCE_META_KEY } from './meta-keys.ts'
import { type UriMatcher, uriMatcher } from './resource-template.ts'

export interface CompiledResource {
  readonly item: Item
  readonly definition: Resource
  readonly listed: Record<string, unknown>
  /** `_meta` of what its template lists. */
  readonly policy: Record<string, unknown>
  readonly isTemplate: boolean
  match: UriMatcher['match']
}

/** Until a resource says otherwise, clients may keep what they read for this long, for this caller only. */
const READ_TTL = 0

export function compileResource(
  resource: Resource,
  version: string,
  kit: Kit,
  telemetry: Telemetry,
): CompiledResource {
  const { uri, name, title, description, mimeType, meta } = resource
  const isTemplate = uri.includes('{')
  const policy = { [RESOURCE_META_KEY]: { ...listedScopes(resource), data: resource.data } }
  const about = { name, title, description, mimeType, _meta: { ...meta, ...policy } }
  return {
    definition: resource,
    policy,
    isTemplate,
    match: isTemplate ? uriMatcher(uri).match : (asked) => (asked === uri ? {} : undefined),
    listed: isTemplate ? { uriTemplate: uri, ...about } : { uri, ...about },
    item: {
      kind: 'resource',
      server: resource.domain,
      version,
      name,
      scopes: resource.scopes,
      effect: 'read',
      data: resource.data ?? 'internal',
      limits: { timeout: resource.limits?.timeout ?? '10s', rate: resource.limits?.rate ?? '600/min' },
      cache: resource.cache,
      clears: [],
      operation: telemetry.operation('resources/read', name),
      parse: (params) => params,
      run: (invocation) => resource.read(new ResourceHandlerContext(invocation, kit)),
      // What `read` returned is a ResourceBody by its type.
      check: (body, { target }) => contents(target, mimeType, body as ResourceBody),
    },
  }
}

class ResourceHandlerContext extends HandlerContext {
  readonly uri: string
  readonly params: Record<string, string>
  constructor(invocation: Invocation, kit: Kit) {
    super(invocation, kit)
    this.uri = invocation.target
    // The matcher's output; `parse` hands it through.
    this.params = invocation.input as Record<string, string>
  }
}

function contents(uri: string, mimeType: string, body: ResourceBody): Result {
  const meta = body.meta && { _meta: body.meta }
  const cacheable = { ttlMs: READ_TTL, cacheScope: 'private' }
  if ('json' in body) {
    return { contents: [{ uri, mimeType, text: JSON.stringify(body.json), ...meta }], ...cacheable }
  }
  const type = body.mimeType ?? mimeType
  if ('text' in body) return { contents: [{ uri, mimeType: type, text: body.text, ...meta }], ...cacheable }
  const blob = Buffer.from(body.blob).toString('base64')
  return { contents: [{ uri, mimeType: type, blob, ...meta }], ...cacheable }
}
