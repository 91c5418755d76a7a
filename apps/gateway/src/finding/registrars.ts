import { createHash, timingSafeEqual } from 'node:crypto'
import { bearerToken } from '@atoll/auth'
import { ForbiddenError } from '@atoll/errors'
import type { ServerConfig } from '../config.ts'
import { matcherOf } from './url-pattern.ts'

interface Registrar {
  readonly hash: Buffer
  readonly matchers: readonly ((url: string) => boolean)[]
}

/** Which servers may register, how they prove it, and where their instances may be. */
export class Registrars {
  readonly #byServer: ReadonlyMap<string, Registrar>

  constructor(servers: readonly ServerConfig[]) {
    this.#byServer = new Map(
      servers.flatMap(({ name, register }) => {
        if (!register) return []
        const hash = Buffer.from(register.secret.slice('sha256:'.length), 'hex')
        return [[name, { hash, matchers: register.urls.map(matcherOf) }] as const]
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
    return this.#byServer.get(server)?.matchers.some((matches) => matches(url)) === true
  }

  /** Throws ForbiddenError where the configuration names no such place. */
  admit(server: string, url: string): void {
    if (this.isAllowed(server, url)) return
    throw new ForbiddenError(
      `${server} may not be at ${url}: "register.urls" in the gateway's configuration does not name it.`,
    )
  }
}

function secretIn(authorization: string | undefined): string {
  try {
    return bearerToken(authorization)
  } catch {
    return ''
  }
}
