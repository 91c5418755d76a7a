import type { ListKind } from '@atoll/client'
import { type Kind, Target } from '@atoll/policy'
import type { Entry } from '../entry.ts'
import type { Route } from '../fleet.ts'
import { effectOf } from '../hints.ts'

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
  const { server, kind, exposed: name, data = 'unknown', hints } = entry
  const target = new Target({ kind: KINDS[kind], server, name, data, hints, effect: effectOf(hints) })
  known.set(entry, target)
  return target
}

/** The same for where a request goes. What no list names, such as a document of a caller's own, is known by its URI. */
export function targetOfRoute({ upstream, entry }: Route, uri: string): Target {
  if (entry) return targetOf(entry)
  return new Target({ kind: 'resource', server: upstream.name, name: uri, effect: 'read', data: 'unknown' })
}
