import type { Answer, InputRequest } from '../define/interaction.ts'
import type { TaskState } from '../define/task.ts'
import type { Progress } from '../define/tool.ts'

/** What work in the background gets. */
export interface WorkContext {
  /** Aborts when the task is cancelled or expires, and when the server stops. */
  readonly signal: AbortSignal
  progress(progress: Progress): void
  /** Wait for the client's answers. A key names one question for the whole life of the task. */
  ask<R extends Readonly<Record<string, InputRequest>>>(
    questions: R,
  ): Promise<{ [K in keyof R]: Answer<R[K]> }>
}

/** Resolves to what the tool would have returned, or rejects with what it would have thrown. */
export type Work = (context: WorkContext) => Promise<unknown>

type Outcome =
  | { status: 'working'; progress?: Progress }
  | { status: 'completed'; result: unknown }
  | { status: 'failed'; error: unknown }
  | { status: 'cancelled' }

/** One piece of work and how far it is. */
export class MemoryTask {
  /** Resolves when the work has ended, however. */
  readonly ended: Promise<void>
  readonly #about: Pick<TaskState, 'id' | 'tool' | 'ttl' | 'pollInterval' | 'createdAt'>
  readonly #onChange: () => void
  readonly #abort = new AbortController()
  readonly #open = new Map<string, { question: InputRequest; answer: (given: unknown) => void }>()
  readonly #asked = new Set<string>()
  #outcome: Outcome = { status: 'working' }
  #message: string | undefined
  #updatedAt = new Date()

  constructor(
    about: Pick<TaskState, 'id' | 'tool' | 'ttl' | 'pollInterval'>,
    work: Work,
    onChange: () => void,
  ) {
    this.#about = { ...about, createdAt: this.#updatedAt }
    this.#onChange = onChange
    this.ended = this.#run(work)
  }

  get isFinished(): boolean {
    return this.#outcome.status !== 'working'
  }

  get state(): TaskState {
    const about = {
      ...this.#about,
      updatedAt: this.#updatedAt,
      ...(this.#message !== undefined && { message: this.#message }),
    }
    if (this.isFinished || this.#open.size === 0) return { ...about, ...this.#outcome }
    const questions = [...this.#open].map(([key, { question }]) => [key, question])
    return { ...about, status: 'input_required', questions: Object.fromEntries(questions) }
  }

  cancel(message?: string): void {
    if (!this.isFinished) this.#finish({ status: 'cancelled' }, message)
    this.#abort.abort(new Error(message ?? 'The task was cancelled.'))
  }

  respond(answers: Readonly<Record<string, unknown>>): void {
    for (const [key, given] of Object.entries(answers)) {
      const open = this.#open.get(key)
      this.#open.delete(key)
      open?.answer(given)
    }
    this.#changed()
  }

  async #run(work: Work): Promise<void> {
    const context: WorkContext = {
      signal: this.#abort.signal,
      progress: (progress) => {
        if (this.isFinished) return
        this.#outcome = { status: 'working', progress }
        this.#message = progress.message
        this.#changed()
      },
      // Answers were parsed against their questions, which is what the mapped type says.
      ask: ((questions) => this.#ask(questions)) as WorkContext['ask'],
    }
    // Whoever began the work gets to know its name first.
    await Promise.resolve()
    if (this.isFinished) return
    try {
      this.#finish({ status: 'completed', result: await work(context) })
    } catch (error) {
      this.#finish({ status: 'failed', error })
    }
  }

  async #ask(questions: Readonly<Record<string, InputRequest>>): Promise<Record<string, unknown>> {
    const { signal } = this.#abort
    signal.throwIfAborted()
    const answers = Object.entries(questions).map(([key, question]) => {
      if (this.#asked.has(key)) throw new TypeError(`The question "${key}" was asked before`)
      this.#asked.add(key)
      const { promise, resolve } = Promise.withResolvers<unknown>()
      this.#open.set(key, { question, answer: resolve })
      return promise.then((given) => [key, given] as const)
    })
    this.#changed()
    const { promise: aborted, reject } = Promise.withResolvers<never>()
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    try {
      return Object.fromEntries(await Promise.race([Promise.all(answers), aborted]))
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  #finish(outcome: Outcome, message?: string): void {
    if (this.isFinished) return
    this.#outcome = outcome
    this.#message = message
    this.#open.clear()
    this.#changed()
  }

  #changed(): void {
    this.#updatedAt = new Date()
    this.#onChange()
  }
}
