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
  readonly capabilities: Credentials['capabilities']
  readonly #source: OutboundTokenSource
  readonly #request: Omit<OutboundTokenRequest, 'fresh'>
  readonly #isFresh: boolean

  constructor(
    source: OutboundTokenSource,
    request: Omit<OutboundTokenRequest, 'fresh'>,
    { capabilities, isFresh = false }: { capabilities?: Credentials['capabilities']; isFresh?: boolean } = {},
  ) {
    const context = authorizationContext(request.principal)
    this.context = capabilities ? `${context} ${JSON.stringify(capabilities)}` : context
    this.capabilities = capabilities
    this.#source = source
    this.#request = request
    this.#isFresh = isFresh
  }

  /** The same for a session in which the caller can be asked. */
  answering(capabilities: NonNullable<Credentials['capabilities']>): CallerCredentials {
    return new CallerCredentials(this.#source, this.#request, { capabilities })
  }

  /** The same with tokens that were just made, for what lasts as long as its token. */
  fresh(): CallerCredentials {
    return new CallerCredentials(this.#source, this.#request, { isFresh: true })
  }

  token({ fresh = this.#isFresh }: Options = {}): string | Promise<string> {
    // The same object each time, by which a source may know what it has worked out before.
    return textOf(this.#source.token(fresh ? { ...this.#request, fresh } : this.#request))
  }
}

/** The gateway itself, for background discovery: without rights, and never used for a caller's request. */
export class OwnCredentials implements Credentials {
  /** Those of callers are JSON. */
  readonly context = 'the gateway itself'
  readonly #source: OwnTokenSource
  readonly #audience: string
  readonly #isFresh: boolean

  constructor(source: OwnTokenSource, audience: string, isFresh = false) {
    this.#source = source
    this.#audience = audience
    this.#isFresh = isFresh
  }

  /** The same with tokens that were just made, for what lasts as long as its token. */
  fresh(): OwnCredentials {
    return new OwnCredentials(this.#source, this.#audience, true)
  }

  token({ fresh = this.#isFresh }: Options = {}): string | Promise<string> {
    return textOf(this.#source.ownToken({ audience: this.#audience, fresh }))
  }
}

function textOf(found: OutboundToken | Promise<OutboundToken>): string | Promise<string> {
  return found instanceof Promise ? found.then(({ token }) => token) : found.token
}
