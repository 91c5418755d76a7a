import type { Telemetry } from '@atoll/telemetry'
import type { ServerDefinition } from '../define/define-server.ts'
import type { Result } from '../edge/service.ts'
import type { Item, Kit } from '../pipeline/invocation.ts'
import type { CompiledResource } from './compile-resource.ts'
import { listResources, readPosition } from './list-resources.ts'

/** `resources/list` where templates list from data: a call like any other, for whoever may see what it lists. */
export function compileListing(
  server: ServerDefinition,
  fixed: readonly object[],
  templates: readonly CompiledResource[],
  kit: Kit,
  telemetry: Telemetry,
): { item: Item } {
  const { name, limits, data } = server.domain
  return {
    item: {
      kind: 'listing',
      server: name,
      version: server.version,
      name: 'resources/list',
      scopes: [],
      effect: 'read',
      data,
      limits,
      cache: undefined,
      clears: [],
      operation: telemetry.operation('resources/list'),
      parse: readPosition,
      run: (invocation) => listResources(invocation, kit.deps(), fixed, templates),
      // What `listResources` made is the result already.
      check: (result) => result as Result,
    },
  }
}
