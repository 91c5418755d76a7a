import type { Principal } from '@atoll/auth'
import type { ListKind } from '@atoll/client'
import type { Entry } from './entry.ts'
import { serverOfName } from './naming.ts'
import type { Upstream } from './upstream.ts'
import { templateMatches } from './uri-template.ts'
import { ownerOfUri } from './uris.ts'

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
   * URIs in texts that the gateway does not rewrite: then every server that lists it is a candidate.
   */
  async ofUri(uri: string, principal: Principal): Promise<readonly Route[]> {
    const owner = ownerOfUri(uri)
    const upstream = this.#prefixed(owner?.server)
    if (owner && upstream)
      return [{ upstream, original: owner.uri, entry: await entryForUri(upstream, uri, principal) }]
    const plain = this.#plain && {
      upstream: this.#plain,
      original: uri,
      entry: await entryForUri(this.#plain, uri, principal),
    }
    // Its own URIs are exposed ones, which no text of another server can take over.
    if (plain?.entry) return [plain]
    const routes = await Promise.all(
      this.upstreams.map(async (each) => {
        const entry = await originalEntry(each, uri, principal)
        return entry ? [{ upstream: each, original: uri, entry }] : []
      }),
    )
    const found = routes.flat()
    return found.length === 0 && plain ? [plain] : found
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

/** The entry for a URI of this server: itself listed, or an instance of a template. */
async function entryForUri(
  upstream: Upstream,
  exposed: string,
  principal: Principal,
): Promise<Entry | undefined> {
  const listed = await upstream.find('resources', exposed, principal)
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

function matches(template: string, uri: string): boolean {
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
