import type { OutboundToken, OutboundTokenRequest, OutboundTokenSource, OwnTokenSource } from '@atoll/auth'
import type { Credentials } from '@atoll/client'
import { authorizationContext } from './authorization-context.ts'

/** The name under which the gateway acts: `act.sub` of its assertions, and `sub` of those for itself. */
export const ACTOR = 'gateway'

type Options = Parameters<Credentials['token']>[0]

/**
 * Credentials for one server on behalf of one principal, with no more than the scopes needed. A class, so that the
 * types tell them from the gateway's own: nothing that a caller asked for goes out without a caller.
 */
export class CallerCredentials implements Credentials {
  readonly context: string
  readonly #source: OutboundTokenSource
  readonly #request: Omit<OutboundTokenRequest, 'fresh'>

  constructor(source: OutboundTokenSource, request: Omit<OutboundTokenRequest, 'fresh'>) {
    this.context = authorizationContext(request.principal)
    this.#source = source
    this.#request = request
  }

  token({ fresh = false }: Options = {}): string | Promise<string> {
    return textOf(this.#source.token({ ...this.#request, fresh }))
  }
}

/** The gateway itself, for background discovery: without rights, and never used for a caller's request. */
export class OwnCredentials implements Credentials {
  /** Those of callers are JSON. */
  readonly context = 'the gateway itself'
  readonly #source: OwnTokenSource
  readonly #audience: string

  constructor(source: OwnTokenSource, audience: string) {
    this.#source = source
    this.#audience = audience
  }

  token({ fresh = false }: Options = {}): string | Promise<string> {
    return textOf(this.#source.ownToken({ audience: this.#audience, fresh }))
  }
}

function textOf(found: OutboundToken | Promise<OutboundToken>): string | Promise<string> {
  return found instanceof Promise ? found.then(({ token }) => token) : found.token
}
