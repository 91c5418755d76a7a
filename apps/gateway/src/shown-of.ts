import type { Call } from '@atoll/server-kit'
import { routeAt } from './fleet.ts'
import type { Admission } from './policy/admission.ts'
import type { Upstream } from './upstream.ts'

/**
 * Of what a server names by its URIs there, what this caller is shown: what may not be read is not listed, and nothing by a
 * name that leads to another server.
 */
export async function shownOf<Named>(
  list: readonly Named[],
  upstream: Upstream,
  call: Call,
  admission: Admission,
): Promise<Named[]> {
  const isShown = async (named: Named) => {
    const { uri } = (named ?? {}) as { uri?: unknown }
    const { exposure } = upstream
    if (exposure.isTaken(exposure.uri(String(uri)))) return false
    return admission.showsAt(await routeAt(upstream, String(uri), call.principal), call)
  }
  const shown = await Promise.all(list.map(isShown))
  return list.filter((_, at) => shown[at])
}
