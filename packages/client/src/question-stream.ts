import { AppError } from '@atoll/errors'
import type { Message } from './exchange.ts'
import { NotOfferedError, TransportFailure } from './failure.ts'
import { type GetStreamOptions, openStream } from './get-stream.ts'
import type { Questions } from './questions.ts'
import type { Flight } from './sender.ts'
import type { ResumePoint } from './sse.ts'
import { untilDeadline } from './until-deadline.ts'

/** In milliseconds. */
export interface QuestionTimes {
  /** That a stream stays open with no request under way. */
  readonly idle: number
  /** That a request waits for the stream, which many servers only answer when they have something to say. */
  readonly patience: number
  /** Until a stream that broke is opened again for the requests that are under way. */
  readonly again: number
}

export const TIMES: QuestionTimes = { idle: 30_000, patience: 100, again: 1_000 }

/** The stream of one session: open as long as requests are under way in it, and a while longer. */
export class QuestionStream {
  readonly #options: () => GetStreamOptions
  readonly #times: QuestionTimes
  readonly #onIdle: () => void
  /** Of the requests that are under way in the session, in the order in which they began. */
  readonly #asked = new Set<Questions>()
  #headers: Record<string, string> = {}
  #stop: AbortController | undefined
  /** Resolves when the stream is open, or not to be had; undefined where nobody waits for that. */
  #opening: Promise<unknown> | undefined
  /** From where a stream that breaks is gone on with. */
  #resumeAt: ResumePoint | undefined
  #isSlow = false
  #isOffered = true
  #isClosed = false
  #idle: NodeJS.Timeout | undefined
  #again: NodeJS.Timeout | undefined

  constructor(options: () => GetStreamOptions, times: QuestionTimes, onIdle: () => void) {
    this.#options = options
    this.#times = times
    this.#onIdle = onIdle
  }

  /** Resolves once the server can ask, or the request should wait no longer. Returns how to leave. Throws TransportFailure. */
  async join(
    headers: Record<string, string>,
    questions: Questions,
    flight: Pick<Flight, 'deadline' | 'options'>,
  ): Promise<() => void> {
    clearTimeout(this.#idle)
    this.#asked.add(questions)
    this.#headers = headers
    if (!this.#stop && this.#isOffered) this.#open()
    try {
      if (this.#opening) await this.#wait(this.#opening, flight)
    } catch (error) {
      this.#leave(questions)
      throw error
    }
    return () => this.#leave(questions)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#again)
    this.#stop?.abort(new Error('Closed'))
  }

  async #wait(
    opening: Promise<unknown>,
    { deadline, options }: Pick<Flight, 'deadline' | 'options'>,
  ): Promise<void> {
    const patience = performance.now() + this.#times.patience
    try {
      await untilDeadline(opening, Math.min(patience, deadline), options.signal)
    } catch (error) {
      const isLate = error instanceof TransportFailure && error.reason === 'deadline'
      if (!isLate || deadline <= patience) throw error
      // It will be as slow the next time.
      this.#isSlow = true
      this.#opening = undefined
    }
  }

  #leave(questions: Questions): void {
    this.#asked.delete(questions)
    if (this.#asked.size > 0 || this.#isClosed) return
    this.#idle = setTimeout(() => {
      this.close()
      this.#onIdle()
    }, this.#times.idle).unref()
  }

  #open(): void {
    clearTimeout(this.#again)
    const stop = new AbortController()
    const ready = openStream(this.#options(), this.#headers, stop, this.#resumeAt)
    const done = () => {
      this.#opening = undefined
    }
    this.#stop = stop
    this.#opening = this.#isSlow ? undefined : ready.then(done, done)
    ready
      .then((opened) =>
        opened.read(
          (message) => this.#take(message),
          (point) => {
            this.#resumeAt = point
          },
        ),
      )
      .catch((error: unknown) => error)
      .then((error) => this.#end(error))
  }

  #take(message: Message): void {
    const asked = [...this.#asked]
    if (message.method === undefined) return
    if (message.id != null) void asked.at(-1)?.answer(message)
    // It names no request, and what one may tell another may not.
    else if (asked.length === 1) asked[0]?.hear(message)
  }

  #end(error: unknown): void {
    this.#stop = undefined
    const pause = Math.max(this.#times.again, this.#resumeAt?.retry ?? 0)
    // One that does not know any more where it was has a stream all the same.
    const isForgotten = error instanceof NotOfferedError && this.#resumeAt?.eventId
    if (isForgotten) this.#resumeAt = undefined
    // A server without such a stream asks on that of the request, or not at all; it need not be asked each time.
    else if (error instanceof NotOfferedError) this.#isOffered = false
    // One that refuses may think otherwise of the next request.
    if (!this.#isOffered || this.#isClosed || (error instanceof AppError && !isForgotten)) return
    this.#again = setTimeout(() => {
      if (this.#asked.size > 0 && !this.#stop) this.#open()
    }, pause).unref()
  }
}
