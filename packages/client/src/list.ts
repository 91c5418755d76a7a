import { BadAnswerError } from './failure.ts'
import { type ParamHeader, paramHeadersOf } from './param-headers.ts'

export type ListKind = 'tools' | 'resources' | 'resourceTemplates' | 'prompts'

/** One entry of a list, as the server wrote it. */
export type Listed = Readonly<Record<string, unknown>> & { readonly name: string }

export interface List {
  readonly items: readonly Listed[]
  /** Milliseconds the server calls it fresh; undefined when it does not say (2025 era). */
  readonly ttlMs: number | undefined
  /** Absent means private (MCP server/utilities/caching). */
  readonly cacheScope: 'public' | 'private'
  /** Entries left out because they are unusable, each with the reason. */
  readonly rejected: readonly string[]
}

export const LISTS = {
  tools: { method: 'tools/list', field: 'tools', capability: 'tools', key: 'name' },
  resources: { method: 'resources/list', field: 'resources', capability: 'resources', key: 'uri' },
  resourceTemplates: {
    method: 'resources/templates/list',
    field: 'resourceTemplates',
    capability: 'resources',
    key: 'uriTemplate',
  },
  prompts: { method: 'prompts/list', field: 'prompts', capability: 'prompts', key: 'name' },
} as const satisfies Record<ListKind, { method: string; field: string; capability: string; key: string }>

const MAX_PAGES = 64
const MAX_ITEMS = 10_000

type Page = Readonly<Record<string, unknown>>

/** Walk all pages of a list. Throws BadAnswerError when it has no end or a page is no list. */
export async function listAll(
  kind: ListKind,
  fetchPage: (params: Record<string, unknown>) => Promise<Page>,
): Promise<List> {
  const pages: Page[] = []
  const items: Listed[] = []
  const rejected: string[] = []
  let cursor: unknown
  do {
    const page = await fetchPage(cursor === undefined ? {} : { cursor })
    pages.push(page)
    const entries = page[LISTS[kind].field]
    if (!Array.isArray(entries))
      throw new BadAnswerError(`The answer to ${LISTS[kind].method} holds no list.`)
    for (const entry of entries) {
      const fault = faultOf(kind, entry)
      if (fault === undefined) items.push(entry)
      else rejected.push(fault)
    }
    cursor = page.nextCursor
    if (pages.length > MAX_PAGES || items.length > MAX_ITEMS)
      throw new BadAnswerError(`The answer to ${LISTS[kind].method} has no end.`)
  } while (typeof cursor === 'string')
  return { items, rejected, ttlMs: leastTtl(pages), cacheScope: scopeOf(pages) }
}

/** The usable entries of one page. Throws BadAnswerError when it holds no list. */
export function readPage(kind: ListKind, page: Page): Pick<List, 'items' | 'rejected'> {
  const entries = page[LISTS[kind].field]
  if (!Array.isArray(entries)) throw new BadAnswerError(`The answer to ${LISTS[kind].method} holds no list.`)
  const items: Listed[] = []
  const rejected: string[] = []
  for (const entry of entries) {
    const fault = faultOf(kind, entry)
    if (fault === undefined) items.push(entry)
    else rejected.push(fault)
  }
  return { items, rejected }
}

/** The tool's headers; checked when it was listed. */
export function headersOfTool(tool: Listed): readonly ParamHeader[] {
  return paramHeadersOf(tool.inputSchema) ?? []
}

function faultOf(kind: ListKind, entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return 'an entry that is no object'
  const item = entry as Record<string, unknown>
  if (typeof item.name !== 'string' || item.name === '') return 'an entry without a name'
  const { key } = LISTS[kind]
  if (typeof item[key] !== 'string' || item[key] === '') return `${item.name}: no ${key}`
  if (kind !== 'tools') return undefined
  if (typeof item.inputSchema !== 'object' || item.inputSchema === null)
    return `${item.name}: no input schema`
  return paramHeadersOf(item.inputSchema)
    ? undefined
    : `${item.name}: an x-mcp-header annotation breaks the rules`
}

function leastTtl(pages: readonly Page[]): number | undefined {
  const ttls = pages.map(({ ttlMs }) => ttlMs).filter((ttl) => typeof ttl === 'number' && ttl >= 0)
  return ttls.length === 0 ? undefined : Math.min(...(ttls as number[]))
}

function scopeOf(pages: readonly Page[]): 'public' | 'private' {
  return pages.every(({ cacheScope }) => cacheScope === 'public') ? 'public' : 'private'
}
