import { exposedName, serverOfName } from './naming.ts'
import { exposedUri, ownerOfUri } from './uris.ts'

/** What the things of one server are called at the gateway. */
export interface Exposure {
  readonly server: string
  /** Whether everything keeps the name that its server gives it. */
  readonly isPlain: boolean
  name(original: string): string
  uri(original: string): string
  /** Whether an exposed name or URI would lead to another server. */
  isTaken(exposed: string): boolean
}

export function prefixed(server: string): Exposure {
  return {
    server,
    isPlain: false,
    name: (original) => exposedName(server, original),
    uri: (original) => exposedUri(server, original),
    isTaken: () => false,
  }
}

/** `others` are the servers beside it. What looks like theirs is theirs: a plain server shadows nobody. */
export function plain(server: string, others: ReadonlySet<string>): Exposure {
  const asItIs = (original: string) => original
  return {
    server,
    isPlain: true,
    name: asItIs,
    uri: asItIs,
    isTaken(exposed) {
      const owner = serverOfName(exposed) ?? ownerOfUri(exposed)?.server
      return owner !== undefined && others.has(owner)
    },
  }
}

/** How the configuration wants a server to be exposed. */
export function exposureOf(
  { name, names }: { readonly name: string; readonly names: 'prefixed' | 'plain' },
  servers: readonly { readonly name: string }[],
): Exposure {
  if (names === 'prefixed') return prefixed(name)
  return plain(name, new Set(servers.map((each) => each.name).filter((other) => other !== name)))
}
