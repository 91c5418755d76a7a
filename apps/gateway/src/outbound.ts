import type { OutboundToken, OutboundTokenRequest, OutboundTokenSource, OwnTokenSource } from '@atoll/auth'
import type { Credentials } from '@atoll/client'
import { authorizationContext } from './authorization-context.ts'

/** The name under which the gateway acts: `act.sub` of its assertions, and `sub` of those for itself. */
export const ACTOR = 'gateway'

type Options = Parameters<Credentials['token']>[0]

/** Credentials with a token that was just made, for what lasts as long as its token. */
export interface FreshCredentials {
  readonly credentials: CallerCredentials | OwnCredentials
  /** Milliseconds that it lives. */
  readonly goodFor: number
}

/**
 * Credentials for one server on behalf of one principal, with no more than the scopes needed. A class, so that the
 * types tell them from the gateway's own: nothing that a caller asked for goes out without a caller.
 */
export class CallerCredentials implements Credentials {
  readonly context: string
  readonly capabilities: Credentials['capabilities']
  readonly #source: OutboundTokenSource
  readonly #request: Omit<OutboundTokenRequest, 'fresh'>
  readonly #held: string | undefined

  constructor(
    source: OutboundTokenSource,
    request: Omit<OutboundTokenRequest, 'fresh'>,
    { capabilities, held }: { capabilities?: Credentials['capabilities']; held?: string } = {},
  ) {
    const context = authorizationContext(request.principal)
    this.context = capabilities ? `${context} ${JSON.stringify(capabilities)}` : context
    this.capabilities = capabilities
    this.#source = source
    this.#request = request
    this.#held = held
  }

  /** The same for a session in which the caller can be asked. */
  answering(capabilities: NonNullable<Credentials['capabilities']>): CallerCredentials {
    return new CallerCredentials(this.#source, this.#request, { capabilities })
  }

  async fresh(): Promise<FreshCredentials> {
    const { token, expiresAt } = await this.#source.token({ ...this.#request, fresh: true })
    const credentials = new CallerCredentials(this.#source, this.#request, { held: token })
    return { credentials, goodFor: lifeUntil(expiresAt) }
  }

  token({ fresh = false }: Options = {}): string | Promise<string> {
    if (this.#held !== undefined && !fresh) return this.#held
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
  readonly #held: string | undefined

  constructor(source: OwnTokenSource, audience: string, held?: string) {
    this.#source = source
    this.#audience = audience
    this.#held = held
  }

  async fresh(): Promise<FreshCredentials> {
    const { token, expiresAt } = await this.#source.ownToken({ audience: this.#audience, fresh: true })
    const credentials = new OwnCredentials(this.#source, this.#audience, token)
    return { credentials, goodFor: lifeUntil(expiresAt) }
  }

  token({ fresh = false }: Options = {}): string | Promise<string> {
    if (this.#held !== undefined && !fresh) return this.#held
    return textOf(this.#source.ownToken({ audience: this.#audience, fresh }))
  }
}

function textOf(found: OutboundToken | Promise<OutboundToken>): string | Promise<string> {
  return found instanceof Promise ? found.then(({ token }) => token) : found.token
}

/** Milliseconds until then. */
function lifeUntil(expiresAt: number): number {
  return Math.max(0, expiresAt * 1000 - Date.now())
}
