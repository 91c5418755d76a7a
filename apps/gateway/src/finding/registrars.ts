import { createHash, timingSafeEqual } from 'node:crypto'
import { bearerToken } from '@atoll/auth'
import { type AddressGuard, isAddress } from '@atoll/client'
import { ForbiddenError } from '@atoll/errors'
import type { ServerConfig } from '../config.ts'
import { matcherOf } from './url-pattern.ts'

interface Registrar {
  readonly hash: Buffer
  readonly guard: AddressGuard
  readonly matchers: readonly ((url: string) => boolean)[]
}

/** Which servers may register, how they prove it, and where their instances may be. */
export class Registrars {
  readonly #byServer: ReadonlyMap<string, Registrar>

  constructor(servers: readonly ServerConfig[], guardOf: (server: ServerConfig) => AddressGuard) {
    this.#byServer = new Map(
      servers.flatMap((server) => {
        const { name, register } = server
        if (!register) return []
        const hash = Buffer.from(register.secret.slice('sha256:'.length), 'hex')
        return [[name, { hash, guard: guardOf(server), matchers: register.urls.map(matcherOf) }] as const]
      }),
    )
  }

  get isEmpty(): boolean {
    return this.#byServer.size === 0
  }

  /** Whether an `Authorization` header holds the server's secret, in a time that does not depend on how wrong it is. */
  isProven(server: string, authorization: string | undefined): boolean {
    const registrar = this.#byServer.get(server)
    const given = createHash('sha256').update(secretIn(authorization)).digest()
    return registrar !== undefined && timingSafeEqual(given, registrar.hash)
  }

  isAllowed(server: string, url: string): boolean {
    return this.#matches(server, url) && this.#isInNetwork(server, url)
  }

  /** Throws ForbiddenError where the configuration names no such place. */
  admit(server: string, url: string): void {
    if (!this.#matches(server, url))
      throw new ForbiddenError(
        `${server} may not be at ${url}: "register.urls" in the gateway's configuration does not name it.`,
      )
    if (!this.#isInNetwork(server, url))
      throw new ForbiddenError(
        `${server} may not be at ${url}: the gateway's GATEWAY_ALLOWED_NETWORKS does not have this address.`,
      )
  }

  #matches(server: string, url: string): boolean {
    return this.#byServer.get(server)?.matchers.some((matches) => matches(url)) === true
  }

  /** What a name leads to is looked at when it is connected to. */
  #isInNetwork(server: string, url: string): boolean {
    const { hostname } = new URL(url)
    return !isAddress(hostname) || this.#byServer.get(server)?.guard.mayName(hostname) === true
  }
}

function secretIn(authorization: string | undefined): string {
  try {
    return bearerToken(authorization)
  } catch {
    return ''
  }
}
