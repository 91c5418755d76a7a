import type { Counter } from './counter.ts'
import type { Question } from './question.ts'
import type { SharedCounts } from './shared-counts.ts'

export interface AskingOptions {
  readonly shared: SharedCounts | undefined
  readonly clock: () => number
  /** Told of what could not be asked. */
  readonly onFailure: (error: unknown) => void
}

/** Counts of one round trip. */
const BATCH = 500

/** Asks the shared counts: all that is asked in one turn of the event loop goes in one round trip. */
export class Asking {
  readonly #options: AskingOptions
  readonly #running = new Map<Counter, Promise<void>>()
  #queue = new Set<Counter>()
  #queued: Promise<void> | undefined

  constructor(options: AskingOptions) {
    this.#options = options
  }

  /** What was asked about this counter and is not answered yet. */
  running(counter: Counter): Promise<void> | undefined {
    return this.#running.get(counter)
  }

  /** Never rejects. */
  ask(counter: Counter): Promise<void> {
    const running = this.#running.get(counter)
    if (running) return running
    this.#queue.add(counter)
    this.#queued ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.#send())
    return this.#queued
  }

  async #send(): Promise<void> {
    const counters = [...this.#queue]
    this.#queue = new Set()
    this.#queued = undefined
    const sent: Promise<void>[] = []
    for (let at = 0; at < counters.length; at += BATCH) {
      const batch = counters.slice(at, at + BATCH)
      const exchange = this.#exchange(batch)
      for (const counter of batch) this.#running.set(counter, exchange)
      sent.push(
        exchange.then(() => {
          for (const counter of batch)
            if (this.#running.get(counter) === exchange) this.#running.delete(counter)
        }),
      )
    }
    await Promise.all(sent)
  }

  async #exchange(counters: readonly Counter[]): Promise<void> {
    const { shared, clock, onFailure } = this.#options
    if (!shared) return
    const now = clock()
    const questions: Question[] = counters.map((counter) => counter.ask(now))
    try {
      const answers = await shared.ask(questions)
      for (const [index, question] of questions.entries()) {
        const answer = answers[index]
        if (answer) question.counter.answered(question, answer)
      }
    } catch (error) {
      // Whether it was carried out is not known. What was to be given back is not told twice.
      onFailure(error)
    }
  }
}
