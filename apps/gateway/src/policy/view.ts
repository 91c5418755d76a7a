import type { Principal } from '@atoll/auth'
import type { Arguments, Decision, Policy } from '@atoll/policy'
import type { Entry } from '../entry.ts'
import { keyOf } from '../protection/pin.ts'
import { jsonOf, type Section } from '../section.ts'
import { argumentsOfListed } from './arguments-of.ts'
import type { Switch } from './switch.ts'
import { type Targets, targetOf } from './target-of.ts'

type Shown = Pick<Section, 'entries' | 'byExposed' | 'json'>

/** Keys of tools in quarantine. */
export type Quarantined = ReadonlySet<string>

/** All callers, where no policy tells them apart. */
const EVERYBODY = {}

/** What is allowed and shown under one policy and what is disabled or in quarantine. Another of either makes another view. */
export class View {
  readonly policy: Policy | undefined
  readonly disabled: ReadonlyMap<string, Switch>
  readonly quarantined: Quarantined
  /** What is left of a list, by who asks and by the list: lists that stay keep their entries. */
  readonly #shown = new WeakMap<object, WeakMap<readonly Entry[], Shown>>()

  constructor(
    policy: Policy | undefined,
    disabled: ReadonlyMap<string, Switch>,
    quarantined: Quarantined = new Set(),
  ) {
    this.policy = policy
    this.disabled = disabled
    this.quarantined = quarantined
  }

  /** Undefined where there is no policy. Without arguments: whether any would be allowed. */
  decide(principal: Principal, targets: Targets, args: Arguments | undefined): Decision | undefined {
    if (!this.policy) return undefined
    const [target, ...others] = targets
    if (!args) return this.policy.foresee(principal, target)
    return others.length === 0
      ? this.policy.decide(principal, target, args)
      : this.policy.decideByAny(principal, targets, args)
  }

  /** Why nobody gets to a server, or to one of its tools. */
  whyDisabled(server: string, tool: string | undefined): Switch | undefined {
    if (this.disabled.size === 0) return undefined
    return (
      this.disabled.get(`server:${server}`) ??
      (tool === undefined ? undefined : this.disabled.get(`tool:${tool}`))
    )
  }

  whyTenantDisabled(tenant: string): Switch | undefined {
    return this.disabled.size === 0 ? undefined : this.disabled.get(`tenant:${tenant}`)
  }

  /** Whether lists have it for this caller. */
  shows(entry: Entry, principal: Principal): boolean {
    const tool = entry.kind === 'tools' ? entry.exposed : undefined
    if (this.whyDisabled(entry.server, tool)) return false
    // Whoever calls it is refused.
    if (entry.data === 'restricted') return false
    if (tool !== undefined && this.quarantined.has(keyOf({ server: entry.server, tool: entry.original })))
      return false
    return this.decide(principal, [targetOf(entry)], argumentsOfListed(entry))?.allowed ?? true
  }

  /** The same of a document that a server lists to this caller alone, and that can be read by a template. */
  showsOf(template: Entry, entry: Entry, principal: Principal): boolean {
    if (this.whyDisabled(entry.server, undefined)) return false
    if (entry.data === 'restricted' || template.data === 'restricted') return false
    const targets = [targetOf(template), targetOf(entry)] as const
    return this.decide(principal, targets, argumentsOfListed(entry))?.allowed ?? true
  }

  /** The part of a server's list that this caller is shown. What depends on who asks is private. */
  section(section: Section, principal: Principal): Section {
    const { policy } = this
    const shown = this.#shownOf(section, principal, policy?.shapeOf(principal) ?? EVERYBODY)
    const isPrivate = policy !== undefined && !policy.isForEverybody
    if (!isPrivate && shown.entries === section.entries) return section
    return { ...section, ...shown, ...(isPrivate && { cacheScope: 'private' }) }
  }

  #shownOf(section: Section, principal: Principal, shape: object): Shown {
    const lists = this.#shown.get(shape) ?? new WeakMap<readonly Entry[], Shown>()
    this.#shown.set(shape, lists)
    const known = lists.get(section.entries)
    if (known) return known
    const shown = this.#part(section, principal)
    lists.set(section.entries, shown)
    return shown
  }

  #part({ entries, byExposed, json }: Section, principal: Principal): Shown {
    const left = entries.filter((entry) => this.shows(entry, principal))
    if (left.length === entries.length) return { entries, byExposed, json }
    return {
      entries: left,
      byExposed: new Map(left.map((entry) => [entry.exposed, entry])),
      json: jsonOf(left),
    }
  }
}
