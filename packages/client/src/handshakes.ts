import { AppError, ForbiddenError, UnauthorizedError } from '@atoll/errors'
import {
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnauthorizedError as SdkUnauthorized,
} from '@modelcontextprotocol/client'
import type { Credentials } from './credentials.ts'
import { type DiscoverOptions, discover, endSession } from './discover.ts'
import type { Discovery } from './discovery.ts'
import { TransportFailure } from './failure.ts'
import { Remembered } from './remembered.ts'
import { NoTokenError } from './token-for.ts'

export interface HandshakesOptions extends Omit<DiscoverOptions, 'knownLegacy'> {
  /** Milliseconds until a server is asked again what it speaks, so that an upgrade is noticed. */
  readonly rememberFor: number
  readonly clock?: () => number
}

interface Session {
  readonly discovery: Discovery
  readonly credentials: Credentials
}

const MAX_SESSIONS = 1000
/** Milliseconds a server has to hear that a session ended. */
const FAREWELL = 1000

/**
 * How to speak to one server: found out once, remembered, forgotten after a while. The era belongs to the server
 * and is shared by all callers; what a server advertised, and a 2025-era session, belong to the authorization
 * context that obtained them.
 */
export class Handshakes {
  readonly #options: HandshakesOptions
  readonly #own: Remembered<Discovery>
  readonly #sessions: Remembered<Session>
  readonly #ending = new Set<Promise<void>>()
  /** Requests under way in each session. */
  readonly #held = new Map<Discovery, number>()
  /** Sessions that are not used for new requests any more, and end with their last one. */
  readonly #dropped = new Map<Discovery, Session>()

  constructor(options: HandshakesOptions) {
    const { rememberFor: lifetime, clock = Date.now } = options
    this.#options = options
    this.#own = new Remembered({
      size: 1,
      lifetime,
      clock,
      onDrop: (discovery) => this.#drop({ discovery, credentials: options.credentials }),
    })
    this.#sessions = new Remembered({
      size: MAX_SESSIONS,
      lifetime,
      clock,
      onDrop: (session) => this.#drop(session),
    })
  }

  /** What is known without asking; undefined when the server has to be asked. */
  peek(credentials: Credentials): Discovery | undefined {
    const own = this.#own.peek(OWN)
    if (!own?.sessionId || this.#isOwn(credentials)) return own
    return this.#sessions.use(credentials.context)?.discovery
  }

  /**
   * One handshake however many ask, within the time of a handshake, whatever time each of them has.
   * Throws TransportFailure (never `sent`), NoTokenError, UnauthorizedError or ForbiddenError.
   */
  async get(credentials: Credentials): Promise<Discovery> {
    const { timeout } = this.#options
    const own = await this.#own.get(OWN, () => this.#discover(this.#options.credentials, timeout))
    if (!own.sessionId || this.#isOwn(credentials)) return own
    const session = await this.#sessions.get(credentials.context, async () => ({
      discovery: await this.#discover(credentials, timeout, true),
      credentials,
    }))
    return session.discovery
  }

  /** The server no longer understands what was agreed with it. */
  forget(credentials: Credentials, stale: Discovery): void {
    if (this.#isOwn(credentials) || !stale.sessionId) {
      if (this.#own.peek(OWN) === stale) this.#own.forget(OWN)
    } else if (this.#sessions.peek(credentials.context)?.discovery === stale) {
      this.#sessions.forget(credentials.context)
    }
  }

  /** A request uses this session: it is not ended under it. Returns how to say that it is over. */
  hold(speaks: Discovery): () => void {
    this.#held.set(speaks, (this.#held.get(speaks) ?? 0) + 1)
    return () => {
      const left = (this.#held.get(speaks) ?? 1) - 1
      if (left > 0) return void this.#held.set(speaks, left)
      this.#held.delete(speaks)
      const dropped = this.#dropped.get(speaks)
      if (!dropped) return
      this.#dropped.delete(speaks)
      this.#end(dropped)
    }
  }

  /** Ask anew, keeping the old answer until the new one is there. */
  async refresh(timeout: number): Promise<Discovery> {
    const known = this.#own.peek(OWN)
    // A session is the agreement itself; a second one beside it would only be left behind.
    if (known?.sessionId) return known
    const ask = () => this.#discover(this.#options.credentials, timeout)
    // A request may be finding out the same.
    if (!known) return this.#own.get(OWN, ask)
    const discovery = await ask()
    this.#own.set(OWN, discovery)
    return discovery
  }

  /** Resolves when the server has been told of every session that ends with it, or had its chance. */
  async close(): Promise<void> {
    this.#sessions.clear()
    this.#own.clear()
    for (const session of this.#dropped.values()) this.#end(session)
    this.#dropped.clear()
    await Promise.all(this.#ending)
  }

  #isOwn(credentials: Credentials): boolean {
    return credentials.context === this.#options.credentials.context
  }

  async #discover(credentials: Credentials, timeout: number, knownLegacy = false): Promise<Discovery> {
    try {
      return await discover({ ...this.#options, credentials, timeout, knownLegacy })
    } catch (error) {
      throw discoveryFailure(error)
    }
  }

  #drop(session: Session): void {
    if (this.#held.has(session.discovery)) this.#dropped.set(session.discovery, session)
    else this.#end(session)
  }

  #end({ discovery, credentials }: Session): void {
    if (discovery.sessionId === undefined) return
    const ending = endSession({ ...this.#options, credentials, timeout: FAREWELL }, discovery.sessionId)
    this.#ending.add(ending)
    void ending.then(() => this.#ending.delete(ending))
  }
}

const OWN = 'own'

/** Nothing of the caller's request has been sent when the handshake fails, so it may always be tried again. */
function discoveryFailure(error: unknown): Error {
  if (error instanceof NoTokenError) return error
  // The SDK's errors are none of ours: this one comes from the credentials.
  if (error instanceof AppError) return new NoTokenError(error)
  const status = error instanceof SdkHttpError ? error.status : undefined
  if (error instanceof SdkUnauthorized || status === 401) {
    return new UnauthorizedError('The server does not accept these credentials.', { cause: error })
  }
  if (status === 403)
    return new ForbiddenError('The server does not let these credentials in.', { cause: error })
  const isLate = error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout
  return new TransportFailure(isLate || isTimeout(error) ? 'deadline' : 'connect', false, error)
}

function isTimeout(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'TimeoutError') return true
  }
  return false
}
