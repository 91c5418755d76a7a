import type { GetStreamOptions } from './get-stream.ts'
import { QuestionStream, type QuestionTimes, TIMES } from './question-stream.ts'
import type { Questions } from './questions.ts'
import type { Flight } from './sender.ts'

/**
 * Many 2025-era servers ask on the stream of the session, not on that of the request they work on. Such a question is put to
 * the request that began last: it belongs to the same user, whichever it is about.
 */
export class QuestionStreams {
  readonly #options: () => GetStreamOptions
  readonly #times: QuestionTimes
  readonly #streams = new Map<string, QuestionStream>()

  constructor(options: () => GetStreamOptions, times = TIMES) {
    this.#options = options
    this.#times = times
  }

  /**
   * Resolves once the server can ask, or takes long to say that it can. Returns how to leave. Throws TransportFailure at
   * the request's deadline and when it is called off.
   */
  join(
    sessionId: string,
    headers: Record<string, string>,
    questions: Questions,
    flight: Pick<Flight, 'deadline' | 'options'>,
  ): Promise<() => void> {
    let stream = this.#streams.get(sessionId)
    if (!stream) {
      stream = new QuestionStream(this.#options, this.#times, () => this.#streams.delete(sessionId))
      this.#streams.set(sessionId, stream)
    }
    return stream.join(headers, questions, flight)
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.close()
  }
}
