import type { Dispatcher } from 'undici'
import type { Credentials } from './credentials.ts'
import type { Discovery } from './discovery.ts'
import { envelope, type Meta } from './envelope.ts'
import { type Answer, exchange, type Message, type Post } from './exchange.ts'
import { TransportFailure } from './failure.ts'
import type { Handshakes } from './handshakes.ts'
import { LOG_LINE, LogLevels, wantsLines } from './log-levels.ts'
import type { Params, RequestOptions, Result } from './options.ts'
import { isProgressOf } from './progress-of.ts'
import { QuestionStreams } from './question-streams.ts'
import { Questions } from './questions.ts'
import { refusal } from './refusal.ts'
import { resumedExchange } from './resumed-exchange.ts'
import { wholeMilliseconds } from './time-left.ts'
import { tokenFor } from './token-for.ts'
import { untilDeadline } from './until-deadline.ts'

/** One request on its way. */
export interface Flight {
  readonly method: string
  readonly params: Params
  readonly options: RequestOptions
  readonly credentials: Credentials
  readonly isRepeatable: boolean
  readonly meta: Meta | undefined
  /** On the monotonic clock, in milliseconds. */
  readonly deadline: number
  readonly idleTimeout?: number
}

export interface SenderOptions {
  readonly name: string
  readonly url: URL
  readonly info: { name: string; version: string }
  /** Milliseconds for a handshake, and for messages that nobody waits for. */
  readonly timeout: number
  readonly pool: Dispatcher
  /** Bytes of one answer at most. */
  readonly maxAnswer: number
  readonly handshakes: Handshakes
  /** Connections for streams without an end. */
  streams(): Dispatcher
}

/** A request, which is answered. */
type Sending = Post & { readonly id: number }

const NO_CAPABILITIES: Readonly<Record<string, unknown>> = Object.freeze({})
/** Milliseconds that a request waits until its session logs what it wants. */
const LEVEL_PATIENCE = 200
/** To go on with a stream that broke off, in a row. */
const MOST_FAILURES = 3
const UNSUPPORTED_VERSION = -32022
/** What 2025-era servers answer, with HTTP 400, to a request outside a session. */
const NOT_INITIALIZED = -32000

/** Sends requests in the words of the server's era. */
export class Sender {
  readonly #options: SenderOptions
  readonly #path: string
  readonly #questionStreams: QuestionStreams
  readonly #logLevels = new LogLevels()
  #lastId = 0

  constructor(options: SenderOptions) {
    this.#options = options
    this.#path = options.url.pathname + options.url.search
    this.#questionStreams = new QuestionStreams(() => ({ ...options, pool: options.streams() }))
  }

  /**
   * One attempt, and a second one where the server refused the first unread: stale token, session or version.
   * Throws TransportFailure, or what the server's refusal stands for.
   */
  async attempt(flight: Flight): Promise<Result> {
    const { credentials } = flight
    const speaks = this.#options.handshakes.peek(credentials) ?? (await this.#shakeHands(flight))
    const token = tokenFor(flight)
    const answer = await this.#send(flight, speaks, typeof token === 'object' ? await token : token)
    if (answer.message?.result && answer.status < 300) return answer.message.result
    const again = await this.#afterRefusal(flight, speaks, answer)
    if (again?.message?.result && again.status < 300) return again.message.result
    throw refusal(this.#options.name, again ?? answer)
  }

  async #afterRefusal(flight: Flight, speaks: Discovery, answer: Answer): Promise<Answer | undefined> {
    const { credentials } = flight
    if (answer.status === 401) {
      const token = await tokenFor(flight, { fresh: true })
      return token === undefined ? undefined : await this.#send(flight, speaks, token)
    }
    if (!isStale(speaks, answer)) return undefined
    this.#options.handshakes.forget(credentials, speaks)
    return await this.#send(flight, await this.#shakeHands(flight), await tokenFor(flight))
  }

  /** Others may wait for the same handshake, so it has its own time, and this request waits as long as it can. */
  #shakeHands({ credentials, deadline, options }: Flight): Promise<Discovery> {
    return untilDeadline(this.#options.handshakes.get(credentials), deadline, options.signal)
  }

  #send(flight: Flight, speaks: Discovery, token: string | undefined): Promise<Answer> {
    const { method, options, meta, idleTimeout } = flight
    const id = ++this.#lastId
    const left = flight.deadline - performance.now()
    const { headers, params } = envelope({
      method,
      params: flight.params,
      speaks,
      token,
      info: this.#options.info,
      capabilities: options.capabilities ?? NO_CAPABILITIES,
      meta,
      headers: options.headers,
      // A stream has no end that could be told.
      timeLeft: idleTimeout === undefined ? wholeMilliseconds(left) : undefined,
    })
    const questions = new Questions(options, (answer) => this.#tell(answer, headers))
    const post: Sending = {
      path: this.#path,
      headers,
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
      id,
      timeout: Math.max(0, left),
      signal: options.signal,
      isTheirTurn: () => !questions.areOpen,
      onMessage({ method, id, params = {} }) {
        if (typeof method !== 'string') return false
        if (id !== undefined && id !== null) {
          void questions.answer({ id, method, params })
          return true
        }
        const verdict = options.onNotification?.(method, params)
        // What a subscription tells is what it is for.
        if (idleTimeout !== undefined || method === LOG_LINE) return true
        return options.onNotification ? verdict !== false : isProgressOf(meta, method, params)
      },
      maxAnswer: this.#options.maxAnswer,
      idleTimeout,
    }
    if (speaks.era === 'modern') return exchange(this.#options.pool, post)
    if (speaks.sessionId === undefined) return this.#toTheEnd(flight, post)
    const release = this.#options.handshakes.hold(speaks)
    const sending =
      options.onRequest || wantsLines(speaks, flight)
        ? this.#sendHearing(flight, post, speaks, questions)
        : this.#toTheEnd(flight, post)
    return this.#heedEnd(sending, post, release)
  }

  /** Also where the server ends a stream before it has answered. What may be sent again need not wait for one that is gone. */
  #toTheEnd({ credentials, isRepeatable }: Flight, post: Sending): Promise<Answer> {
    const { pool } = this.#options
    return resumedExchange(post, { pool, credentials, mostFailures: isRepeatable ? 0 : MOST_FAILURES })
  }

  /** In a session whose server may ask, and log, on the stream of the session, too. */
  async #sendHearing(
    flight: Flight,
    post: Sending,
    speaks: Discovery,
    questions: Questions,
  ): Promise<Answer> {
    if (wantsLines(speaks, flight)) await this.#setLevel(flight, speaks, post)
    const { sessionId = '' } = speaks
    const leave = await this.#questionStreams.join(sessionId, post.headers, questions, flight)
    try {
      // What came before took of the time.
      const timeout = Math.max(0, flight.deadline - performance.now())
      return await this.#toTheEnd(flight, { ...post, timeout })
    } finally {
      leave()
    }
  }

  /** Tell the session what to log. A server that takes long to hear it is not waited for. */
  async #setLevel(flight: Flight, speaks: Discovery, { path, headers, maxAnswer }: Sending): Promise<void> {
    const { pool, timeout } = this.#options
    const told = this.#logLevels.want(speaks, flight, (level) => {
      const id = ++this.#lastId
      const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'logging/setLevel', params: { level } })
      const post = { path, headers, body, id, timeout, maxAnswer, signal: undefined, onMessage: undefined }
      return exchange(pool, post)
    })
    const patience = Math.min(performance.now() + LEVEL_PATIENCE, flight.deadline)
    // Who called the request off is told by what follows.
    await untilDeadline(told, patience, flight.options.signal).catch(() => undefined)
  }

  /** In a session, which may end when the request has. */
  async #heedEnd(sending: Promise<Answer>, post: Sending, release: () => void): Promise<Answer> {
    try {
      return await sending
    } catch (error) {
      if (error instanceof TransportFailure) this.#cancel(error, post)
      throw error
    } finally {
      release()
    }
  }

  close(): void {
    this.#questionStreams.close()
  }

  /** In the 2025 era hanging up does not cancel, so say it. */
  #cancel(failure: TransportFailure, { id, headers }: Sending): void {
    const gaveUp = failure.reason === 'aborted' || failure.reason === 'deadline'
    if (!gaveUp || !failure.sent) return
    const params = { requestId: id, reason: failure.reason }
    this.#tell({ method: 'notifications/cancelled', params }, headers)
  }

  #tell(message: Message, headers: Record<string, string>): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    const post = { path: this.#path, headers, body, id: undefined, timeout: this.#options.timeout }
    // Nobody waits for it, and a server that cannot hear it has nothing to cancel.
    exchange(this.#options.pool, { ...post, signal: undefined, onMessage: undefined }).catch(() => undefined)
  }
}

/** Whether the answer says that the server was replaced since it was asked what it speaks. Nothing was carried out. */
function isStale(speaks: Discovery, { status, message }: Answer): boolean {
  if (status === 404 && speaks.sessionId !== undefined) return true
  const code = message?.error?.code
  return code === UNSUPPORTED_VERSION || (status === 400 && code === NOT_INITIALIZED)
}
