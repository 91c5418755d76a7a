import type { Principal } from '@atoll/auth'
import { LISTS, type ListKind } from '@atoll/client'
import { type Params, ProtocolError, type Rendered } from '@atoll/server-kit'
import type { Cursors } from './cursor.ts'
import type { Section } from './section.ts'
import type { Upstream } from './upstream.ts'

const INVALID_PARAMS = -32602

export interface CatalogueOptions {
  /** In the order in which their parts are listed. */
  readonly upstreams: readonly Pick<Upstream, 'section'>[]
  readonly cursors: Cursors
  /** Entries of one page. */
  readonly pageSize: number
}

/**
 * One list out of those of all servers: in the order of the servers' names, each in its own order. As fresh as
 * the stalest part and as private as the most private one (MCP server/utilities/caching).
 */
export function mergedList(
  kind: ListKind,
  params: Params,
  principal: Principal,
  { upstreams, cursors, pageSize }: CatalogueOptions,
): Rendered | Promise<Rendered> {
  const { method } = LISTS[kind]
  const start = params.cursor === undefined ? 0 : cursors.read(method, params.cursor)
  if (start === undefined)
    throw new ProtocolError(INVALID_PARAMS, 'Invalid cursor. List again from the start, without one.')
  const parts = upstreams.map((upstream) => upstream.section(kind, principal))
  const render = (sections: readonly (Section | undefined)[]) => {
    const next = start + pageSize < countOf(sections) ? cursors.write(method, start + pageSize) : undefined
    return rendered(kind, sections, pageOf(sections, start, pageSize), next)
  }
  // A promise is only made where there is something to wait for.
  return parts.some((part) => part instanceof Promise)
    ? Promise.all(parts).then(render)
    : render(parts as (Section | undefined)[])
}

function rendered(
  kind: ListKind,
  sections: readonly (Section | undefined)[],
  json: string,
  nextCursor: string | undefined,
): Rendered {
  const body = `{"${LISTS[kind].field}":[${json}]${nextCursor === undefined ? '' : `,"nextCursor":"${nextCursor}"`}`
  const now = Date.now()
  // A server that is not known yet may appear at any moment.
  const ttlMs = Math.max(0, Math.min(...sections.map((section) => (section?.freshUntil ?? now) - now)))
  const isPublic = sections.every((section) => section === undefined || section.cacheScope === 'public')
  const hints = `"ttlMs":${Number.isFinite(ttlMs) ? ttlMs : 0},"cacheScope":"${isPublic ? 'public' : 'private'}"`
  return { rendered: { modern: `${body},${hints}}`, legacy: `${body}}` } }
}

function countOf(sections: readonly (Section | undefined)[]): number {
  return sections.reduce((sum, section) => sum + (section?.entries.length ?? 0), 0)
}

function pageOf(sections: readonly (Section | undefined)[], start: number, size: number): string {
  if (start === 0 && countOf(sections) <= size) {
    const parts = sections.map((section) => section?.json ?? '')
    return parts.filter((part) => part !== '').join(',')
  }
  const entries = sections.flatMap((section) => section?.entries ?? [])
  return entries
    .slice(start, start + size)
    .map(({ listed }) => JSON.stringify(listed))
    .join(',')
}
