import type { Principal } from '@atoll/auth'
import { LISTS, type ListKind } from '@atoll/client'
import { type Params, ProtocolError, type Rendered } from '@atoll/server-kit'
import { wholeTime } from './cacheable.ts'
import type { Cursors, Place } from './cursor.ts'
import { joined } from './joined.ts'
import { type EraJson, jsonOf, type Section } from './section.ts'
import type { Upstream } from './upstream.ts'

const INVALID_PARAMS = -32602

export interface CatalogueOptions {
  /** In the order in which their parts are listed. */
  readonly upstreams: readonly Pick<Upstream, 'section'>[]
  readonly cursors: Cursors
  /** Entries of one page. */
  readonly pageSize: number
}

/** Where the page asked for begins. Throws ProtocolError for a cursor that is not ours. */
export function placeOf(method: string, params: Params, cursors: Cursors): Place {
  const place = params.cursor === undefined ? { offset: 0 } : cursors.read(method, params.cursor)
  if (place) return place
  throw new ProtocolError(INVALID_PARAMS, 'Invalid cursor. List again from the start, without one.')
}

/**
 * One list out of those of all servers: in the order of the servers' names, each in its own order. As fresh as
 * the stalest part and as private as the most private one (MCP server/utilities/caching). `after` is where the
 * list goes on when all of it has been shown.
 */
export function mergedList(
  kind: ListKind,
  params: Params,
  principal: Principal,
  { upstreams, cursors, pageSize }: CatalogueOptions,
  after?: Place,
): Rendered | Promise<Rendered> {
  const { method } = LISTS[kind]
  const place = placeOf(method, params, cursors)
  const start = 'offset' in place ? place.offset : 0
  const parts = upstreams.map((upstream) => upstream.section(kind, principal))
  const render = (sections: readonly (Section | undefined)[]) => {
    const next = start + pageSize < countOf(sections) ? { offset: start + pageSize } : after
    return rendered(kind, sections, pageOf(sections, start, pageSize), next && cursors.write(method, next))
  }
  // A promise is only made where there is something to wait for.
  return parts.some((part) => part instanceof Promise)
    ? Promise.all(parts).then(render)
    : render(parts as (Section | undefined)[])
}

function rendered(
  kind: ListKind,
  sections: readonly (Section | undefined)[],
  json: EraJson,
  nextCursor: string | undefined,
): Rendered {
  const more = nextCursor === undefined ? '' : `,"nextCursor":"${nextCursor}"`
  const body = (era: 'modern' | 'legacy') => `"${LISTS[kind].field}":[${json[era]}]${more}`
  const now = Date.now()
  // A server that is not known yet may appear at any moment.
  const least = Math.min(...sections.map((section) => (section?.freshUntil ?? now) - now))
  const ttlMs = Number.isFinite(least) ? wholeTime(least) : 0
  const isPublic = sections.every((section) => section === undefined || section.cacheScope === 'public')
  const scope = isPublic ? 'public' : 'private'
  const hints = `"ttlMs":${ttlMs ?? 0},"cacheScope":"${scope}"`
  return { rendered: { modern: `${body('modern')},${hints}`, legacy: body('legacy') } }
}

function countOf(sections: readonly (Section | undefined)[]): number {
  return sections.reduce((sum, section) => sum + (section?.entries.length ?? 0), 0)
}

function pageOf(sections: readonly (Section | undefined)[], start: number, size: number): EraJson {
  if (start === 0 && countOf(sections) <= size) {
    return joined(
      sections.flatMap((section) => (section && section.entries.length > 0 ? [section.json] : [])),
    )
  }
  const entries = sections.flatMap((section) => section?.entries ?? [])
  return jsonOf(entries.slice(start, start + size))
}
