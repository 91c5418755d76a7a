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

/** By what names policy is asked about something; the first is what it is listed under. */
export type Targets = readonly [Target, ...Target[]]

/**
 * The same for where a request goes. What no list names, such as a document of a caller's own, is known by its URI; what a template
 * names by both.
 */
export function targetsOfRoute({ upstream, entry }: Route, uri: string): Targets {
  if (entry?.kind === 'resourceTemplates' && uri !== '' && uri !== entry.exposed)
    return [targetOf(entry), resource(upstream.name, uri, entry.data)]
  return [entry ? targetOf(entry) : resource(upstream.name, uri)]
}

function resource(server: string, name: string, data = 'unknown'): Target {
  return new Target({ kind: 'resource', server, name, effect: 'read', data })
}
