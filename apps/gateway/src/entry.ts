import { headersOfTool, LISTS, type Listed, type ListKind, type ParamHeader } from '@atoll/client'
import { PROMPT_META_KEY, RESOURCE_META_KEY, TOOL_META_KEY } from '@atoll/server-kit'
import type { AuditEvent, DataClass } from '@atoll/telemetry'
import type { Exposure } from './exposure.ts'
import { effectOf, type Hints, hintsOf, READS, saysEffect } from './hints.ts'
import { legacyTool } from './legacy-tool.ts'
import { type NamedScopes, namedScopes, needsOwn, withoutOwnScopes } from './named-scopes.ts'

/** The deadline of a call, like `2s`, and how often one caller may call, like `60/min`. */
export interface DeclaredLimits {
  readonly timeout?: string
  readonly rate?: string
}

/** One tool, prompt, resource or template of a server, as the gateway knows and lists it. */
export interface Entry extends NamedScopes {
  readonly server: string
  readonly kind: ListKind
  /** What the server calls it: a name, a URI, or a URI template. */
  readonly original: string
  /** What the gateway's callers call it. */
  readonly exposed: string
  readonly listed: Readonly<Record<string, unknown>>
  /** As clients of the 2025 era can read it; the same object where nothing differs. */
  readonly legacy: Readonly<Record<string, unknown>>
  /** The same as its server lists it. */
  readonly item: Listed
  /** What its server says of it; what it says nothing of may be anything. */
  readonly hints: Hints
  /** What a call may do to the world; undefined where its hints do not say. */
  readonly effect: AuditEvent['effect']
  /** How sensitive what it returns is; undefined when the server does not say. */
  readonly data: DataClass | undefined
  /** Units that a call costs; undefined when the server does not say. */
  readonly cost: number | undefined
  /** What its server holds each caller to, in its words; undefined when it does not say. */
  readonly limits: DeclaredLimits | undefined
  /** Whether calling twice does no more than calling once. */
  readonly isRepeatable: boolean
  /** Whether it changes nothing. */
  readonly isReadOnly: boolean
  /** Whether an answer may be kept for the caller it was given to. */
  readonly isCacheable: boolean
  /** Arguments that are repeated in headers, by callers and on the way to the server. */
  readonly headers: readonly ParamHeader[]
}

/** Where servers of the kit say which scopes are needed, which show more, and how sensitive it is. */
const META_KEYS = {
  tools: TOOL_META_KEY,
  prompts: PROMPT_META_KEY,
  resources: RESOURCE_META_KEY,
  resourceTemplates: RESOURCE_META_KEY,
} as const satisfies Record<ListKind, string>

export function entryOf(exposure: Exposure, kind: ListKind, item: Listed): Entry {
  const { key } = LISTS[kind]
  const original = String(item[key])
  const isNamed = kind === 'tools' || kind === 'prompts'
  const exposed = isNamed ? exposure.name(original) : exposure.uri(original)
  const isTool = kind === 'tools'
  const headers = isTool ? headersOfTool(item) : []
  const hints = isTool ? hintsOf(item.annotations) : READS
  const shown = withoutOwnIn(kind, item)
  const listed = { ...shown, [key]: exposed, ...(isTool && withExposedUi(exposure, shown)) }
  return {
    server: exposure.server,
    kind,
    original,
    exposed,
    item,
    listed,
    legacy: isTool ? legacyTool(listed) : listed,
    ...namedScopes(aboutOf(kind, item)),
    hints,
    effect: isTool && !saysEffect(item.annotations) ? undefined : effectOf(hints),
    data: dataOf(kind, item),
    cost: costOf(kind, item),
    limits: limitsOf(kind, item),
    isRepeatable: hints.idempotent,
    isReadOnly: hints.readOnly,
    isCacheable: isTool && hints.readOnly && mayBeKept(item),
    headers,
  }
}

/** A tool that its server does not list (any more): nothing is known but its name, so it may be anything. */
export function unlistedTool(exposure: Exposure, exposed: string): Entry {
  const prefix = `${exposure.server}__`
  const name = exposed.startsWith(prefix) ? exposed.slice(prefix.length) : exposed
  return { ...entryOf(exposure, 'tools', { name }), exposed }
}

function costOf(kind: ListKind, { _meta: meta }: Listed): number | undefined {
  const about = kind === 'tools' && isObject(meta) ? meta[TOOL_META_KEY] : undefined
  const cost = isObject(about) ? about.cost : undefined
  return typeof cost === 'number' && Number.isInteger(cost) && cost >= 0 && cost <= MOST_COST
    ? cost
    : undefined
}

function limitsOf(kind: ListKind, { _meta: meta }: Listed): DeclaredLimits | undefined {
  const about = kind === 'tools' && isObject(meta) ? meta[TOOL_META_KEY] : undefined
  const { timeout, rate } = isObject(about) && isObject(about.limits) ? about.limits : {}
  const limits = {
    ...(isWord(timeout) && /^\d+(\.\d+)?(ms|s|m|h)$/.test(timeout) && { timeout }),
    ...(isWord(rate) && /^\d+\/(s|min|h)$/.test(rate) && { rate }),
  }
  return Object.keys(limits).length > 0 ? limits : undefined
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 20
}

/** What a server may say that a call of it costs. */
const MOST_COST = 1_000_000

/** The server has to say so, and what is restricted is never kept. */
function mayBeKept({ _meta: meta }: Listed): boolean {
  const about = isObject(meta) ? meta[TOOL_META_KEY] : undefined
  return isObject(about) && about.cache !== undefined && about.data !== 'restricted'
}

const CLASSES: readonly string[] = ['public', 'internal', 'confidential', 'restricted'] satisfies DataClass[]

function dataOf(kind: ListKind, { _meta: meta }: Listed): DataClass | undefined {
  const about = isObject(meta) ? meta[META_KEYS[kind]] : undefined
  return isObject(about) && isClass(about.data) ? about.data : undefined
}

function isClass(value: unknown): value is DataClass {
  return typeof value === 'string' && CLASSES.includes(value)
}

/** Whether it is of no use to anybody, because it needs a scope that no server is given. */
export function isUseless({ kind, item }: Entry): boolean {
  return needsOwn(aboutOf(kind, item))
}

/** What a server of the kit says of it beside what the protocol has. */
function aboutOf(kind: ListKind, { _meta: meta }: Listed): unknown {
  return isObject(meta) ? meta[META_KEYS[kind]] : undefined
}

function withoutOwnIn(kind: ListKind, item: Listed): Listed {
  const about = aboutOf(kind, item)
  const left = withoutOwnScopes(about)
  return left === about ? item : { ...item, _meta: { ...(item._meta as object), [META_KEYS[kind]]: left } }
}

/** The view of an MCP App is read through the gateway, so its URI has to be the gateway's (ext-apps, Tool Metadata). */
function withExposedUi(exposure: Exposure, { _meta: meta }: Listed): { _meta?: Record<string, unknown> } {
  if (!isObject(meta)) return {}
  const { ui, [FLAT_UI_KEY]: flat } = meta
  return {
    _meta: {
      ...meta,
      ...(isObject(ui) &&
        typeof ui.resourceUri === 'string' && {
          ui: { ...ui, resourceUri: exposure.uri(ui.resourceUri) },
        }),
      ...(typeof flat === 'string' && { [FLAT_UI_KEY]: exposure.uri(flat) }),
    },
  }
}

/** Deprecated, and still what some hosts look for. */
const FLAT_UI_KEY = 'ui/resourceUri'

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
