import type { Principal } from '@atoll/auth'
import type { ListKind } from '@atoll/client'
import { canonicalUri, entryOfSpelling } from './canonical-uri.ts'
import type { Entry } from './entry.ts'
import { serverOfName } from './naming.ts'
import { ownResource } from './own-resource.ts'
import type { Upstream } from './upstream.ts'
import { templateMatches } from './uri-template.ts'
import { isGlobalUri, ownerOfUri } from './uris.ts'

/** Where a request goes: the server, what it calls the thing, and what is known of it. */
export interface Route {
  readonly upstream: Upstream
  readonly original: string
  readonly entry: Entry | undefined
}

/** All servers behind the gateway, found by the names and URIs that callers use. */
export class Fleet {
  /** In the order of their names, which does not depend on the configuration's order or on who is up. */
  readonly upstreams: readonly Upstream[]
  readonly #byName: ReadonlyMap<string, Upstream>
  /** The one whose things keep the names that it gives them, where there is one. */
  readonly #plain: Upstream | undefined

  constructor(upstreams: readonly Upstream[]) {
    this.upstreams = [...upstreams].sort((a, b) => (a.name < b.name ? -1 : 1))
    this.#byName = new Map(this.upstreams.map((upstream) => [upstream.name, upstream]))
    this.#plain = this.upstreams.find(({ exposure }) => exposure.isPlain)
  }

  named(server: string): Upstream | undefined {
    return this.#byName.get(server)
  }

  /** The server of a tool's or prompt's exposed name. */
  ofName(exposed: string): Upstream | undefined {
    return this.#prefixed(serverOfName(exposed)) ?? this.#plain
  }

  /**
   * Where an exposed URI leads. A URI as its server writes it is understood too, because servers mention their
   * URIs in texts that the gateway does not rewrite: then every server that lists it is a candidate. However it is
   * spelled, it leads to what is known of it, and its server is asked for the one spelling.
   */
  async ofUri(uri: string, principal: Principal): Promise<readonly Route[]> {
    const owner = ownerOfUri(uri)
    const upstream = this.#prefixed(owner?.server)
    if (owner && upstream) return [await routeAt(upstream, owner.uri, principal)]
    const plain = this.#plain && (await routeAt(this.#plain, uri, principal))
    // Its own URIs are exposed ones, which no text of another server can take over.
    if (plain?.entry) return [plain]
    const shared = await this.#routes((each) => routeAt(each, uri, principal, originalEntry))
    // Nothing in it names the server, so that a list of the caller's own has to be asked for.
    const isOwn = shared.length === 0 && isGlobalUri(uri)
    const found = isOwn ? await this.#routes((each) => ownRouteAt(each, uri, principal)) : shared
    return found.length === 0 && plain ? [plain] : found
  }

  async #routes(routeTo: (upstream: Upstream) => Promise<Route>): Promise<readonly Route[]> {
    const routes = await Promise.all(
      this.upstreams.map(async (upstream) => {
        const route = await routeTo(upstream)
        return route.entry ? [route] : []
      }),
    )
    return routes.flat()
  }

  /** The entry behind an exposed URI, by what everybody may see. */
  sharedOfUri(uri: string): Entry | undefined {
    const upstream = this.#prefixed(ownerOfUri(uri)?.server) ?? this.#plain
    return (
      upstream?.shared('resources')?.byExposed.get(uri) ??
      upstream?.shared('resourceTemplates')?.entries.find(({ exposed }) => matches(exposed, uri))
    )
  }

  #prefixed(server: string | undefined): Upstream | undefined {
    const upstream = server === undefined ? undefined : this.#byName.get(server)
    return upstream?.exposure.isPlain ? undefined : upstream
  }
}

/** Where a URI leads as its server may write it. What is listed goes out as it is listed, all else in its one spelling. */
export async function routeAt(
  upstream: Upstream,
  uri: string,
  principal: Principal,
  find: typeof entryForUri = entryForUri,
): Promise<Route> {
  const exact = await find(upstream, uri, principal)
  if (exact?.original === uri) return { upstream, original: uri, entry: exact }
  const original = canonicalUri(uri)
  const resources = await upstream.section('resources', principal)
  const listed = resources && entryOfSpelling(resources, original)
  if (listed) return { upstream, original: listed.original, entry: listed }
  const known = original === uri ? undefined : await find(upstream, original, principal)
  return { upstream, original, entry: known ?? exact }
}

async function ownRouteAt(upstream: Upstream, uri: string, principal: Principal): Promise<Route> {
  return { upstream, original: uri, entry: await ownResource(upstream, uri, principal) }
}

/** The entry for a URI of this server: itself listed, or an instance of a template. */
async function entryForUri(
  upstream: Upstream,
  uri: string,
  principal: Principal,
): Promise<Entry | undefined> {
  const exposed = upstream.exposure.uri(uri)
  const listed =
    (await upstream.find('resources', exposed, principal)) ??
    (await upstream.find('resourceTemplates', exposed, principal))
  return (
    listed ??
    (await first(upstream, 'resourceTemplates', principal, (entry) => matches(entry.exposed, exposed)))
  )
}

async function originalEntry(
  upstream: Upstream,
  uri: string,
  principal: Principal,
): Promise<Entry | undefined> {
  const listed = await first(upstream, 'resources', principal, ({ original }) => original === uri)
  return (
    listed ??
    (await first(upstream, 'resourceTemplates', principal, ({ original }) => matches(original, uri)))
  )
}

export function matches(template: string, uri: string): boolean {
  // A template without a literal scheme would claim every URI there is.
  return /^[a-z]/i.test(template) && templateMatches(template, uri)
}

async function first(
  upstream: Upstream,
  kind: ListKind,
  principal: Principal,
  isWanted: (entry: Entry) => boolean,
): Promise<Entry | undefined> {
  return (await upstream.section(kind, principal))?.entries.find(isWanted)
}
