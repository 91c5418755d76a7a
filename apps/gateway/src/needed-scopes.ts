import type { Principal } from '@atoll/auth'
import type { Method, Params } from '@atoll/server-kit'
import type { Entry } from './entry.ts'
import type { Fleet } from './fleet.ts'
import type { Admission } from './policy/admission.ts'
import { refOf } from './policy/arguments-of.ts'

const NONE: readonly string[] = []

/** The scopes that a request needs, by what is known already; none where this caller must not know of it. */
export function neededScopes(
  method: Method,
  params: Params,
  principal: Principal,
  { fleet, admission }: { readonly fleet: Fleet; readonly admission: Admission },
): readonly string[] {
  const entry = entryOf(method, params, principal, fleet)
  return entry?.scopes && admission.shows(entry, principal) ? entry.scopes : NONE
}

function entryOf(method: Method, params: Params, principal: Principal, fleet: Fleet): Entry | undefined {
  switch (method) {
    case 'tools/call':
      return named('tools', params.name, principal, fleet)
    case 'prompts/get':
      return named('prompts', params.name, principal, fleet)
    case 'resources/read':
      return fleet.sharedOfUri(String(params.uri))
    case 'completion/complete': {
      const { type, name, uri } = refOf(params)
      return type === 'ref/prompt' ? named('prompts', name, principal, fleet) : fleet.sharedOfUri(String(uri))
    }
    default:
      return undefined
  }
}

function named(
  kind: 'tools' | 'prompts',
  name: unknown,
  principal: Principal,
  fleet: Fleet,
): Entry | undefined {
  const exposed = String(name)
  return fleet.ofName(exposed)?.findKnown(kind, exposed, principal)
}
