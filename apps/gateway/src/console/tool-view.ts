import type { Principal } from '@atoll/auth'
import type { DeclaredLimits, Entry } from '../entry.ts'
import type { Limits } from '../limits/limits.ts'
import type { Admission } from '../policy/admission.ts'
import type { Definitions } from '../protection/definitions.ts'
import { type PinView, pinView } from '../protection/pin-view.ts'
import type { Upstream } from '../upstream.ts'

/** One tool as the console shows it. */
export interface ToolView {
  name: string
  title?: unknown
  description?: unknown
  inputSchema?: unknown
  outputSchema?: unknown
  annotations?: unknown
  effect?: string
  data?: string
  scopes?: readonly string[]
  optionalScopes?: readonly string[]
  /** As its server lists them. */
  declared?: DeclaredLimits
  /** Those of this gateway that are of this tool, or of its server. */
  limits: readonly LimitView[]
  /** Units that a call costs. */
  cost: number
  /** Its definition held against the pinned one. */
  definition?: Omit<PinView, 'server' | 'tool' | 'name'>
}

export interface LimitView {
  readonly name: string
  /** What is allowed, in words. */
  readonly words: string
  /** What is counted apart. */
  readonly per: readonly string[]
}

export interface ToolParts {
  readonly admission: Admission
  readonly definitions: Definitions
  readonly limits: Limits
}

/** The tools of a server that this person is shown by lists, too. */
export async function toolViews(
  upstream: Upstream,
  principal: Principal,
  { admission, definitions, limits }: ToolParts,
): Promise<ToolView[]> {
  const section = await upstream.section('tools', principal)
  const entries = section?.entries ?? []
  const pins = new Map(definitions.toolsOf(upstream.name).map((view) => [view.exposed, pinView(view)]))
  return entries
    .filter((entry) => admission.view.shows(entry, principal))
    .map((entry) => toolView(entry, principal, limits, pins.get(entry.exposed)))
}

function toolView(entry: Entry, principal: Principal, limits: Limits, pin: PinView | undefined): ToolView {
  const { exposed, listed, effect, data, scopes, optionalScopes, limits: declared } = entry
  const { title, description, inputSchema, outputSchema, annotations } = listed
  const { rules, units } = limits.rulesAt(principal, entry)
  return {
    name: exposed,
    ...{ title, description, inputSchema, outputSchema, annotations },
    ...(effect !== undefined && { effect }),
    ...(data !== undefined && { data }),
    ...(scopes !== undefined && { scopes }),
    ...(optionalScopes.length > 0 && { optionalScopes }),
    ...(declared && { declared }),
    limits: rules
      .filter(({ isOfPlace }) => isOfPlace)
      .map(({ name, words, dimensions }) => ({ name, words, per: dimensions })),
    cost: units,
    ...(pin && { definition: withoutNames(pin) }),
  }
}

function withoutNames({ server: _, tool: _tool, name: _name, ...rest }: PinView) {
  return rest
}
