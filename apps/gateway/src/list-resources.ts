import { LISTS, RpcError, readPage } from '@atoll/client'
import { type Call, type Params, ProtocolError, type Rendered } from '@atoll/server-kit'
import { wholeTime } from './cacheable.ts'
import { type CatalogueOptions, mergedList, placeOf } from './catalogue.ts'
import type { Place } from './cursor.ts'
import { entryOf } from './entry.ts'
import { type Fleet, routeAt } from './fleet.ts'
import type { Admission } from './policy/admission.ts'
import type { Outgoing, Released } from './protection/outgoing.ts'
import type { Upstream } from './upstream.ts'

const { method } = LISTS.resources
const INVALID_PARAMS = -32602

export interface ResourceOptions extends CatalogueOptions {
  readonly fleet: Fleet
  readonly admission: Admission
  readonly outgoing: Outgoing
}

/**
 * Resources may be as many as a caller has documents, so those that are a caller's own are neither collected nor
 * kept. The first pages hold what everybody may see, from memory; the pages after them come from one server each,
 * as that caller. A server that is slow or gone costs only its own page.
 */
export function listResources(
  params: Params,
  call: Call,
  options: ResourceOptions,
): Promise<Released | Rendered> | Rendered {
  const place = placeOf(method, params, options.cursors)
  const personal = options.fleet.upstreams.filter((upstream) => upstream.isOwn('resources', call.principal))
  if ('offset' in place) return mergedList('resources', params, call.principal, options, firstOf(personal[0]))
  return ownPage(place, personal, call, options)
}

async function ownPage(
  place: Extract<Place, { server: string }>,
  personal: readonly Upstream[],
  call: Call,
  { cursors, admission, outgoing }: ResourceOptions,
): Promise<Released> {
  const upstream = personal.find(({ name }) => name === place.server)
  const page = upstream && (await fetchPage(upstream, place.cursor, call, admission))
  const following = personal.find(({ name }) => name > place.server)
  const next = page?.cursor === undefined ? firstOf(following) : { server: place.server, cursor: page.cursor }
  const list = {
    resources: page?.resources ?? [],
    ...(next && { nextCursor: cursors.write(method, next) }),
    ttlMs: page?.ttlMs ?? 0,
    cacheScope: 'private',
  }
  return outgoing.page(list, place.server, call)
}

function firstOf(upstream: Upstream | undefined): Place | undefined {
  return upstream && { server: upstream.name }
}

interface OwnPage {
  resources: readonly object[]
  cursor: string | undefined
  ttlMs: number
}

/** Undefined when the server cannot answer now: the list goes on with the next one. */
async function fetchPage(
  upstream: Upstream,
  cursor: string | undefined,
  call: Call,
  admission: Admission,
): Promise<OwnPage | undefined> {
  if (upstream.state !== 'up') return undefined
  try {
    const { exposure } = upstream
    const page = await upstream.request(method, cursor === undefined ? {} : { cursor }, {
      credentials: upstream.credentialsFor(call.principal),
      signal: call.cancellation,
    })
    const shared = upstream.shared('resources')?.byExposed
    const entries = readPage('resources', page)
      .items.map((item) => entryOf(exposure, 'resources', item))
      .filter(({ exposed }) => !shared?.has(exposed) && !exposure.isTaken(exposed))
    const { principal } = call
    const routes = await Promise.all(entries.map(({ original }) => routeAt(upstream, original, principal)))
    return {
      resources: entries
        .filter((entry, at) => routes[at] && admission.showsOwn(entry, routes[at], principal))
        .map(({ listed }) => listed),
      cursor: typeof page.nextCursor === 'string' ? page.nextCursor : undefined,
      ttlMs: wholeTime(page.ttlMs) ?? 0,
    }
  } catch (error) {
    if (call.cancellation.aborted) throw error
    if (error instanceof RpcError && error.code === INVALID_PARAMS)
      throw new ProtocolError(INVALID_PARAMS, 'Invalid cursor. List again from the start, without one.')
    upstream.nudge()
    return undefined
  }
}
