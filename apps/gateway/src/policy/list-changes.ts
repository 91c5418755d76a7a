import type { Principal } from '@atoll/auth'
import type { ListKind } from '@atoll/client'
import type { ChangeEvent, EventBus } from '@atoll/server-kit'
import type { Fleet } from '../fleet.ts'
import type { View } from './view.ts'

const LISTS = {
  tools: ['tools'],
  prompts: ['prompts'],
  resources: ['resources', 'resourceTemplates'],
} as const satisfies Partial<Record<ChangeEvent['kind'], readonly ListKind[]>>

/** Whom a change of a view is for: those whose list it changes. */
class Affected {
  readonly #fleet: Fleet
  readonly #kinds: readonly ListKind[]
  readonly #before: View
  readonly #after: View

  constructor(fleet: Fleet, kinds: readonly ListKind[], before: View, after: View) {
    this.#fleet = fleet
    this.#kinds = kinds
    this.#before = before
    this.#after = after
  }

  has(principal: Principal): boolean {
    const [before, after] = [this.#before, this.#after]
    if (before.whyTenantDisabled(principal.tenant) !== after.whyTenantDisabled(principal.tenant)) return true
    const sections = this.#fleet.upstreams.flatMap((upstream) =>
      this.#kinds.flatMap((kind) => upstream.shared(kind) ?? []),
    )
    // What is a caller's own is not at hand here.
    return sections.some(
      ({ entries, cacheScope }) =>
        cacheScope === 'private' ||
        entries.some((entry) => before.shows(entry, principal) !== after.shows(entry, principal)),
    )
  }
}

/** Tell this replica's subscribers of lists that policy or a switch changed; the other replicas tell their own. */
export function tellOfChange(bus: EventBus, fleet: Fleet, before: View, after: View): void {
  for (const [kind, kinds] of Object.entries(LISTS))
    bus.publishHere({
      kind: kind as keyof typeof LISTS,
      tenant: undefined,
      audience: new Affected(fleet, kinds, before, after),
    })
}

/** Whether a subscriber may hear of a change that is for an audience (`Service.admits`). */
export function isAffected(principal: Principal, audience: unknown): boolean {
  return audience instanceof Affected && audience.has(principal)
}
