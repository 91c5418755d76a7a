import { NotOfferedError } from './failure.ts'
import { type GetStreamOptions, openStream } from './get-stream.ts'
import type { Questions } from './questions.ts'

interface Stream {
  /** Of the requests that are under way in the session, in the order in which they began. */
  readonly asked: Set<Questions>
  /** Resolves when the stream is open, or not to be had. */
  readonly ready: Promise<unknown>
  readonly stop: AbortController
  idle: NodeJS.Timeout | undefined
}

/** Milliseconds that a stream stays open with no request under way. */
const IDLE = 30_000

/**
 * Many 2025-era servers ask on the stream of the session, not on that of the request they work on. Such a question is put to
 * the request that began last: it belongs to the same user, whichever it is about.
 */
export class QuestionStreams {
  readonly #options: () => GetStreamOptions
  readonly #streams = new Map<string, Stream>()

  constructor(options: () => GetStreamOptions) {
    this.#options = options
  }

  /** Resolves once the server can ask. Returns how to leave. Never rejects. */
  async join(sessionId: string, headers: Record<string, string>, questions: Questions): Promise<() => void> {
    const stream = this.#streams.get(sessionId) ?? this.#open(sessionId, headers)
    clearTimeout(stream.idle)
    stream.asked.add(questions)
    await stream.ready
    return () => {
      stream.asked.delete(questions)
      if (stream.asked.size > 0) return
      stream.idle = setTimeout(() => {
        this.#streams.delete(sessionId)
        stream.stop.abort(new Error('Nothing is under way'))
      }, IDLE).unref()
    }
  }

  close(): void {
    for (const { stop } of this.#streams.values()) stop.abort(new Error('Closed'))
  }

  #open(sessionId: string, headers: Record<string, string>): Stream {
    const stop = new AbortController()
    const asked = new Set<Questions>()
    const ready = openStream(this.#options(), headers, stop)
    const stream: Stream = { asked, stop, ready: ready.catch(() => undefined), idle: undefined }
    this.#streams.set(sessionId, stream)
    ready
      .then((opened) =>
        opened.read((message) => {
          // Notifications of a session belong to no request.
          if (message.method !== undefined && message.id != null) void [...asked].at(-1)?.answer(message)
        }),
      )
      .catch((error) => error)
      .then((error) => {
        // A server without such a stream asks on that of the request, or not at all; it need not be asked each time.
        if (error instanceof NotOfferedError) return
        if (this.#streams.get(sessionId) === stream) this.#streams.delete(sessionId)
      })
    return stream
  }
}
