import type { Place } from '../rotation.ts'

/** A server and where its instances are. */
export interface ServerPlaces {
  readonly name: string
  readonly instances: readonly Place[]
}

/** Says which servers there are, at first and whenever that changes. */
export interface ServerSource {
  /** Resolves once `onServers` was told for the first time. Rejects when it cannot be told at all. */
  start(onServers: (servers: readonly ServerPlaces[]) => void): Promise<void>
  close(): void
}

/** Servers that are known beforehand: names, and the URLs of their instances. */
export function listedServers(servers: Readonly<Record<string, readonly string[]>>): ServerSource {
  return {
    async start(onServers) {
      onServers(
        Object.entries(servers).map(([name, urls]) => ({ name, instances: urls.map((url) => ({ url })) })),
      )
    },
    close() {},
  }
}
