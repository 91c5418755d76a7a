import { BadAnswerError } from './failure.ts'
import { LISTS, type Listed, type ListKind } from './listed.ts'
import { type ParamHeader, paramHeadersOf } from './param-headers.ts'
import { readEntry } from './read-entry.ts'

export interface List {
  readonly items: readonly Listed[]
  /** Milliseconds the server calls it fresh; undefined when it does not say (2025 era). */
  readonly ttlMs: number | undefined
  /** Absent means private (MCP server/utilities/caching). */
  readonly cacheScope: 'public' | 'private'
  /** Entries left out because they are unusable, each with the reason. */
  readonly rejected: readonly string[]
}

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
    sort(kind, entries, items, rejected)
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
  sort(kind, entries, items, rejected)
  return { items, rejected }
}

/** The tool's headers; checked when it was listed. */
export function headersOfTool(tool: Listed): readonly ParamHeader[] {
  return paramHeadersOf(tool.inputSchema) ?? []
}

function sort(kind: ListKind, entries: readonly unknown[], items: Listed[], rejected: string[]): void {
  for (const entry of entries) {
    const read = readEntry(kind, entry)
    if ('fault' in read) rejected.push(read.fault)
    else items.push(read.item)
  }
}

function leastTtl(pages: readonly Page[]): number | undefined {
  const ttls = pages.map(({ ttlMs }) => ttlMs).filter((ttl) => typeof ttl === 'number' && ttl >= 0)
  return ttls.length === 0 ? undefined : Math.min(...(ttls as number[]))
}

function scopeOf(pages: readonly Page[]): 'public' | 'private' {
  return pages.every(({ cacheScope }) => cacheScope === 'public') ? 'public' : 'private'
}
