import type { Principal } from '@atoll/auth'
import type { Policy } from '@atoll/policy'
import type { Call, Params } from '@atoll/server-kit'
import { type Asked, asked as nobodyAsked } from '../audit.ts'
import type { Entry } from '../entry.ts'
import type { Route } from '../fleet.ts'
import type { Section } from '../section.ts'
import type { Upstream } from '../upstream.ts'
import { argumentsOf, uriOf } from './arguments-of.ts'
import { asUnknown } from './as-unknown.ts'
import { DisabledError } from './disabled-error.ts'
import type { Switch } from './switch.ts'
import { targetsOfRoute } from './target-of.ts'
import { type Place, UnderWay } from './under-way.ts'
import { type Quarantined, View } from './view.ts'

export interface Admitted {
  readonly method: string
  readonly params: Params
  readonly route: Route
  readonly about: Asked
  readonly call: Call
}

/** Lists the sections of a server, as far as a caller is shown them. */
export type Listing = Pick<Upstream, 'section'>

/** Decides what every caller may do and is shown, by the policy and by what is disabled or in quarantine. */
export class Admission {
  #view: View
  readonly #onChange: (before: View, after: View) => void
  /** What is under way and has to end when it is disabled. */
  readonly underWay = new UnderWay((place) => this.#whyDisabled(place))

  /** `onChange` is told when what is allowed and shown may not be what it was. */
  constructor(policy: Policy | undefined, onChange: (before: View, after: View) => void) {
    this.#view = new View(policy, new Map())
    this.#onChange = onChange
  }

  get view(): View {
    return this.#view
  }

  setPolicy(policy: Policy): void {
    this.#replace(new View(policy, this.#view.disabled, this.#view.quarantined))
  }

  setDisabled(disabled: ReadonlyMap<string, Switch>): void {
    this.#replace(new View(this.#view.policy, disabled, this.#view.quarantined))
  }

  setQuarantined(quarantined: Quarantined): void {
    this.#replace(new View(this.#view.policy, this.#view.disabled, quarantined))
  }

  /** Throws DisabledError for everybody of a tenant that is disabled. */
  checkTenant({ tenant }: Principal): void {
    const word = this.#view.whyTenantDisabled(tenant)
    if (word) throw new DisabledError(word)
  }

  /**
   * Let a call pass that policy allows and nobody disabled. Throws the very ProtocolError of something that does not
   * exist, or DisabledError. Leaves the rule that decided in `about`.
   */
  admit({ method, params, route, about, call }: Admitted): void {
    const { principal } = call
    const uri = uriOf(params, route)
    const targets = targetsOfRoute(route, uri)
    const [target] = targets
    const decision = this.#view.decide(principal, targets, argumentsOf(method, params, uri))
    if (decision) about.rule = `policy:${decision.rule}`
    if (decision && !decision.allowed) {
      about.isRefused = true
      throw asUnknown(method, params, route)
    }
    const word = this.#view.whyDisabled(target.server, target.kind === 'tool' ? target.name : undefined)
    // What runs may always be stopped.
    if (word && method !== 'tasks/cancel') throw new DisabledError(word)
  }

  /** Whether `admit` would let it pass. */
  lets(asked: Omit<Admitted, 'about'>): boolean {
    try {
      this.checkTenant(asked.call.principal)
      this.admit({ ...asked, about: nobodyAsked('resource', undefined) })
      return true
    } catch {
      return false
    }
  }

  shows(entry: Entry, principal: Principal): boolean {
    return this.#view.shows(entry, principal)
  }

  /** The same of what a server names beside its lists, such as the files of a skill: what may be read. */
  showsAt(route: Route, call: Call): boolean {
    const { upstream, original, entry } = route
    const params = { uri: upstream.exposure.uri(original) }
    // Whoever reads it is refused.
    return entry?.data !== 'restricted' && this.lets({ method: 'resources/read', params, route, call })
  }

  /** The same of a document that a server lists to this caller alone, where `route` leads to it. */
  showsOwn(listed: Entry, { entry }: Route, principal: Principal): boolean {
    return entry?.kind === 'resourceTemplates'
      ? this.#view.showsOf(entry, listed, principal)
      : this.#view.shows(listed, principal)
  }

  /** The same servers with what each caller is shown of their lists. */
  shown(upstreams: readonly Upstream[]): readonly Listing[] {
    return upstreams.map((upstream) => ({
      section: (kind, principal) => {
        const found = upstream.section(kind, principal)
        return found instanceof Promise
          ? found.then((section) => this.#part(section, principal))
          : this.#part(found, principal)
      },
    }))
  }

  #part(section: Section | undefined, principal: Principal): Section | undefined {
    return section && this.#view.section(section, principal)
  }

  #replace(view: View): void {
    const before = this.#view
    this.#view = view
    this.underWay.look()
    this.#onChange(before, view)
  }

  #whyDisabled({ tenant, server, tool }: Place): Switch | undefined {
    const view = this.#view
    return (
      view.whyTenantDisabled(tenant) ?? (server === undefined ? undefined : view.whyDisabled(server, tool))
    )
  }
}
