import type { ListKind } from '@atoll/client'
import { type Effect, type Kind, Target } from '@atoll/policy'
import type { Entry } from '../entry.ts'
import type { Route } from '../fleet.ts'

const KINDS = {
  tools: 'tool',
  prompts: 'prompt',
  resources: 'resource',
  resourceTemplates: 'resource',
} as const satisfies Record<ListKind, Kind>

const known = new WeakMap<Entry, Target>()

/** What policy is asked about, from what a server lists: made once for each entry. */
export function targetOf(entry: Entry): Target {
  const found = known.get(entry)
  if (found) return found
  const { server, kind, exposed: name, data = 'unknown', listed } = entry
  const hints = hintsOf(kind, listed.annotations)
  const target = new Target({ kind: KINDS[kind], server, name, data, hints, effect: effectOf(hints) })
  known.set(entry, target)
  return target
}

/** The same for where a request goes. What no list names, such as a document of a caller's own, is known by its URI. */
export function targetOfRoute({ upstream, entry }: Route, uri: string): Target {
  if (entry) return targetOf(entry)
  return new Target({ kind: 'resource', server: upstream.name, name: uri, effect: 'read', data: 'unknown' })
}

/** MCP schema, ToolAnnotations, with its defaults: who says nothing may destroy, and reach anywhere. */
function hintsOf(kind: ListKind, annotations: unknown): Target['hints'] {
  if (kind !== 'tools') return { readOnly: true, destructive: false, idempotent: true, openWorld: false }
  const said = (typeof annotations === 'object' ? annotations : null) as Record<string, unknown> | null
  const readOnly = said?.readOnlyHint === true
  return {
    readOnly,
    destructive: !readOnly && said?.destructiveHint !== false,
    idempotent: readOnly || said?.idempotentHint === true,
    openWorld: said?.openWorldHint !== false,
  }
}

function effectOf({ readOnly, destructive }: Target['hints']): Effect {
  if (readOnly) return 'read'
  return destructive ? 'destroy' : 'write'
}
