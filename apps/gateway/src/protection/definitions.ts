import type { ListKind } from '@atoll/client'
import { differenceOf, type FieldChange, type Protection, suspicionsOf } from '@atoll/protection'
import type { Section } from '../section.ts'
import { keyOf, type Pin } from './pin.ts'
import { Pins, type PinsOptions } from './pins.ts'
import { type SeenTool, seenTool } from './seen-tool.ts'

/** `drifted`: not the pinned definition; `suspicious`: it hides something or speaks to the model. */
export type ToolState = 'pinned' | 'drifted' | 'suspicious'

export interface ToolView extends SeenTool {
  readonly state: ToolState
  /** Out of lists, and refused, until somebody accepts it. */
  readonly isQuarantined: boolean
  readonly pin: Pin | undefined
}

export interface DefinitionsOptions {
  readonly rules: Protection['definitions']
  /** Told when other tools are in quarantine than before. */
  onQuarantine(names: ReadonlySet<string>): void
  /** Told once of each tool that is not, or is again, what it should be. */
  onState(tool: ToolView, changes: readonly FieldChange[]): void
  /** Told of tools that were taken as they are, because they were never seen. */
  onFirstSight(server: string, tools: readonly string[]): void
  /** Told of pins that were set here. */
  onSet: PinsOptions['onSet']
}

/** What servers say that their tools are, held against what was pinned. */
export class Definitions {
  readonly pins: Pins
  readonly #options: DefinitionsOptions
  readonly #seen = new Map<string, SeenTool>()
  /** Of other entries than tools: prompts, resources, templates. */
  readonly #problems = new Map<string, readonly string[]>()
  readonly #told = new Map<string, string>()
  #quarantined: ReadonlySet<string> = new Set()
  #rules: Protection['definitions']

  constructor(options: DefinitionsOptions) {
    this.#options = options
    this.#rules = options.rules
    this.pins = new Pins({
      onSet: options.onSet,
      onChange: (pins) => this.#judge(pins.flatMap((pin) => this.#seen.get(keyOf(pin)) ?? [])),
    })
  }

  /** What is known is held against these at once; what `firstSight` says holds for what is seen from now on. */
  setRules(rules: Protection['definitions']): void {
    this.#rules = rules
    this.#judge([...this.#seen.values()])
  }

  /** Every tool that a server lists, in the order of their names. */
  toolsOf(server: string): readonly ToolView[] {
    const tools = [...this.#seen.values()].filter((each) => each.server === server)
    return tools.sort((a, b) => (a.tool < b.tool ? -1 : 1)).map((each) => this.#view(each))
  }

  /** What those who run the gateway should look at, in words. */
  problemsOf(server: string): readonly string[] {
    const tools = this.toolsOf(server).flatMap((view) => problemsOf(view))
    const others = ['prompts', 'resources', 'resourceTemplates'].flatMap((kind) =>
      (this.#problems.get(`${server} ${kind}`) ?? []).map((reason) => `${kind}: ${reason}`),
    )
    return [...tools, ...others]
  }

  isQuarantined(server: string, tool: string): boolean {
    return this.#quarantined.size > 0 && this.#quarantined.has(keyOf({ server, tool }))
  }

  /** A server listed something: to the gateway itself, or to one of its callers. */
  listed(server: string, kind: ListKind, { entries, cacheScope }: Section): void {
    if (kind !== 'tools') {
      const problems = entries.flatMap(({ original, item }) =>
        suspicionsOf(item).map((reason) => `${original}: ${reason}`),
      )
      this.#problems.set(`${server} ${kind}`, problems)
      return
    }
    const tools = entries.map((entry) => {
      const key = keyOf({ server, tool: entry.original })
      const tool = seenTool(entry, this.#seen.get(key))
      this.#seen.set(key, tool)
      return tool
    })
    if (cacheScope === 'public') this.#forgetOthers(server, tools)
    this.#pinFirstSights(server, tools)
    this.#judge(tools)
  }

  /** Take tools of a server as they are now, all that are not in order or those named. Returns what was accepted. */
  accept(server: string, by: string, names?: readonly string[]): readonly ToolView[] {
    const views = this.toolsOf(server).filter(
      ({ state, tool, exposed }) =>
        state !== 'pinned' && (names === undefined || names.includes(tool) || names.includes(exposed)),
    )
    this.pins.set(
      views.map(({ tool, hash, definition, pin }) => ({
        ...{ server, tool, hash, definition: { ...definition }, by },
        at: Math.max(Date.now(), (pin?.at ?? 0) + 1),
      })),
    )
    return views
  }

  /** What became of a tool since it was pinned. */
  changesOf({ pin, definition }: ToolView): readonly FieldChange[] {
    return differenceOf(pin?.definition ?? {}, definition)
  }

  #view(seen: SeenTool): ToolView {
    const { drift, suspicious } = this.#rules
    const pin = this.pins.of(seen.server, seen.tool)
    const isDrifted = pin?.hash !== seen.hash
    // Somebody who accepted it has seen what it says.
    const isSuspicious = seen.suspicions.length > 0 && (isDrifted || pin?.by === undefined)
    const isQuarantined =
      (isDrifted && drift === 'quarantine') || (isSuspicious && suspicious === 'quarantine')
    return {
      ...seen,
      pin,
      state: isDrifted ? 'drifted' : isSuspicious ? 'suspicious' : 'pinned',
      isQuarantined,
    }
  }

  #pinFirstSights(server: string, tools: readonly SeenTool[]): void {
    if (this.#rules.firstSight === 'drift') return
    const news = tools.filter(({ tool }) => this.pins.of(server, tool) === undefined)
    if (news.length === 0) return
    const at = Date.now()
    this.pins.set(
      news.map(({ tool, hash, definition }) => ({ server, tool, hash, definition: { ...definition }, at })),
    )
    this.#options.onFirstSight(
      server,
      news.map(({ exposed }) => exposed),
    )
  }

  /** What everybody is shown has all there is. */
  #forgetOthers(server: string, tools: readonly SeenTool[]): void {
    const left = new Set(tools.map(keyOf))
    for (const [key, { server: its }] of this.#seen)
      if (its === server && !left.has(key)) {
        this.#seen.delete(key)
        this.#told.delete(key)
      }
  }

  #judge(tools: readonly SeenTool[]): void {
    for (const seen of tools) {
      const view = this.#view(seen)
      const key = keyOf(seen)
      const word = view.state === 'pinned' ? undefined : `${view.state} ${view.hash} ${view.isQuarantined}`
      if (this.#told.get(key) === word) continue
      if (word === undefined) this.#told.delete(key)
      else this.#told.set(key, word)
      this.#options.onState(view, view.state === 'drifted' ? this.changesOf(view) : [])
    }
    const quarantined = new Set(
      [...this.#seen].filter(([, seen]) => this.#view(seen).isQuarantined).map(([key]) => key),
    )
    const before = this.#quarantined
    if (quarantined.size === before.size && [...quarantined].every((key) => before.has(key))) return
    this.#quarantined = quarantined
    this.#options.onQuarantine(quarantined)
  }
}

function problemsOf({ tool, state, suspicions, isQuarantined }: ToolView): string[] {
  const after = isQuarantined ? '; it is in quarantine until it is accepted' : ''
  if (state === 'pinned') return []
  const drift = state === 'drifted' ? ['its definition is not the pinned one'] : []
  return [...drift, ...suspicions].map((reason) => `tools: ${tool}: ${reason}${after}`)
}
