import { isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'
import type { Dispatcher } from 'undici'
import { type Cancellable, onAbort } from './cancellable.ts'
import { TransportFailure, type TransportReason } from './failure.ts'
import { createEventParser, type ResumePoint } from './sse.ts'

export type Headers = Record<string, string | string[] | undefined>

export interface Message {
  id?: string | number | null
  method?: string
  params?: Record<string, unknown>
  result?: Record<string, unknown>
  error?: { code: number; message: string; data?: unknown }
}

export interface Post {
  readonly path: string
  readonly headers: Record<string, string>
  /** Without one it is a GET, for the rest of a stream that broke off. */
  readonly body?: string
  /** Where that is to go on. */
  readonly resumeAt?: ResumePoint
  /** The JSON-RPC id that is answered; undefined for a notification. */
  readonly id: number | undefined
  /** Milliseconds until it is given up. */
  readonly timeout: number
  /** False while the server waits for an answer itself: when its time is over, it begins anew. */
  isTheirTurn?(): boolean
  readonly signal: Cancellable | undefined
  /** Takes messages that precede the answer on a streamed response. Returns whether they may come there. */
  readonly onMessage: ((message: Message) => boolean) | undefined
  /** Bytes of the answer at most, and of each event of a stream: an answer that says that it is longer is not read at all. */
  readonly maxAnswer?: number | undefined
  /** Bytes that may still come in answer to the request, on all its streams together. */
  readonly allowance?: { bytes: number } | undefined
  /** Milliseconds without a byte after which a stream counts as broken. */
  readonly idleTimeout?: number | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The JSON-RPC response; undefined when the body held none. */
  readonly message: Message | undefined
}

/** Send one JSON-RPC message and wait for its answer, in a JSON body or on an event stream. Throws TransportFailure. */
export function exchange(pool: Dispatcher, post: Post): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const handler = new ExchangeHandler(post, resolve, reject)
    const { path, headers, body = null, idleTimeout: bodyTimeout = null } = post
    pool.dispatch({ path, method: body === null ? 'GET' : 'POST', headers, body, bodyTimeout }, handler)
  })
}

const NOTHING = Buffer.alloc(0)
const EVENT_STREAM = /^text\/event-stream\b/i
/** Messages that may not come and are passed over. One that sends more of them goes on for ever, and each costs the others. */
const MOST_STRAYS = 100
/** How long a server may keep a stream open after it has answered on it. */
const LINGER = 1000

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #post: Post
  readonly #resolve: (answer: Answer) => void
  readonly #reject: (failure: TransportFailure) => void
  #timer: NodeJS.Timeout
  readonly #stopListening: (() => void) | undefined
  #controller: Dispatcher.DispatchController | undefined
  #settled = false
  #strays = 0
  #gaveUp = false
  #status = 0
  #headers: Headers = {}
  #chunks: Buffer[] = []
  /** Bytes since the last whole event or comment. */
  #unread = 0
  #feed: ((text: string) => void) | undefined
  #decoder: TextDecoder | undefined
  #resumeAt: ResumePoint | undefined
  #linger: NodeJS.Timeout | undefined

  constructor(post: Post, resolve: (answer: Answer) => void, reject: (failure: TransportFailure) => void) {
    this.#post = post
    this.#resolve = resolve
    this.#reject = reject
    this.#timer = this.#startTimer()
    this.#stopListening = post.signal && onAbort(post.signal, (reason) => this.#giveUp('aborted', reason))
  }

  #startTimer(): NodeJS.Timeout {
    return setTimeout(() => {
      if (this.#post.isTheirTurn?.() === false) this.#timer = this.#startTimer()
      else this.#giveUp('deadline')
    }, this.#post.timeout)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while still waiting for a connection: aborting here keeps every byte from being written.
    if (this.#gaveUp) controller.abort(new Error('given up before it was sent'))
    else this.#controller = controller
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    if (Number(headers['content-length']) > this.#maxAnswer) this.#giveUp('too-large')
    // What refuses says it with its status, and need not hold an answer.
    else if (status < 300 && EVENT_STREAM.test(String(headers['content-type'] ?? ''))) {
      this.#decoder = new TextDecoder('utf-8', { fatal: true })
      this.#feed = createEventParser(
        (data) => this.#onEvent(data),
        (point) => {
          this.#unread = 0
          this.#resumeAt = point
        },
        this.#post.resumeAt,
      )
      this.#resumeAt = this.#post.resumeAt
    }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return
    this.#unread += chunk.length
    const { allowance } = this.#post
    if (allowance) allowance.bytes -= chunk.length
    if (this.#feed && this.#decoder) this.#read(this.#feed, this.#decoder, chunk)
    else this.#chunks.push(chunk)
    // The pool bounds answers, but no stream that is to go on for ever.
    if (this.#unread > this.#maxAnswer || (allowance && allowance.bytes < 0)) this.#giveUp('too-large')
  }

  get #maxAnswer(): number {
    return this.#post.maxAnswer ?? Number.POSITIVE_INFINITY
  }

  #read(feed: (text: string) => void, decoder: TextDecoder, chunk: Buffer): void {
    const text = decoded(decoder, chunk)
    if (text === undefined) this.#giveUp('malformed')
    else feed(text)
  }

  onResponseEnd(): void {
    clearTimeout(this.#linger)
    if (this.#settled) return
    if (this.#feed) this.#fail('broken', new Error('the stream ended before the answer'))
    else {
      const [only = NOTHING] = this.#chunks
      this.#finish(this.#chunks.length > 1 ? Buffer.concat(this.#chunks) : only)
    }
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#linger)
    const code = 'code' in error ? error.code : undefined
    if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') this.#fail('too-large', error)
    else this.#fail(this.#controller ? 'broken' : 'connect', error)
  }

  #onEvent(data: string): void {
    if (this.#settled) return
    const message = parse(data)
    if (!message) this.#giveUp('malformed')
    else if (!answers(message, this.#post.id)) this.#onOther(message)
    else {
      this.#succeed(message)
      this.#linger = setTimeout(() => this.#controller?.abort(new Error('stream left open')), LINGER).unref()
    }
  }

  #onOther(message: Message): void {
    try {
      if (this.#post.onMessage?.(message)) return
    } catch (error) {
      // The caller's own fault ends the request as the caller does.
      this.#giveUp('aborted', error)
      return
    }
    this.#strays += 1
    if (this.#strays > MOST_STRAYS) this.#giveUp('too-large')
  }

  #finish(body: Buffer): void {
    // Decoding would put other characters where a byte went wrong, and JSON would not tell (RFC 8259 section 8.1).
    const message = body.length > 0 && isUtf8(body) ? parse(withoutMark(body.toString())) : undefined
    const isAnswer = message !== undefined && answers(message, this.#post.id)
    // Error pages of proxies and of authorization layers need not be JSON-RPC; a success must be.
    if (this.#status < 300 && this.#post.id !== undefined && !isAnswer) this.#fail('malformed')
    else this.#succeed(isAnswer ? message : undefined)
  }

  #succeed(message: Message | undefined): void {
    this.#settle()
    this.#resolve({ status: this.#status, headers: this.#headers, message })
  }

  #giveUp(reason: TransportReason, cause?: unknown): void {
    this.#gaveUp = true
    this.#fail(reason, cause)
    this.#controller?.abort(new Error(`given up: ${reason}`))
  }

  #fail(reason: TransportReason, cause?: unknown): void {
    if (this.#settled) return
    this.#settle()
    const resumeAt = this.#resumeAt?.eventId ? this.#resumeAt : undefined
    this.#reject(new TransportFailure(reason, this.#controller !== undefined, cause, resumeAt))
  }

  #settle(): void {
    this.#settled = true
    this.#chunks = []
    clearTimeout(this.#timer)
    this.#stopListening?.()
  }
}

/** Undefined for what is not UTF-8. */
function decoded(decoder: TextDecoder, chunk: Buffer): string | undefined {
  try {
    return decoder.decode(chunk, { stream: true })
  } catch {
    return undefined
  }
}

/** RFC 8259 section 8.1: a byte order mark must not be sent, and may be ignored. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

function parse(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function answers(message: Message, id: number | undefined): boolean {
  if (isObject(message.result)) return message.id === id
  // An error found before the id was read carries none.
  return typeof message.error?.code === 'number' && (message.id === id || message.id == null)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
