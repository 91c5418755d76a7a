/** Why a call ends early. An AbortSignal is only built for those who ask for one: most calls never do. */
export class Cancellation {
  #controller: AbortController | undefined
  #listeners: Set<(reason: unknown) => void> | undefined
  #reason: unknown
  #aborted = false

  get aborted(): boolean {
    return this.#aborted
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#aborted) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  abort(reason: unknown): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = reason
    this.#controller?.abort(reason)
    for (const listener of this.#listeners ?? []) listener(reason)
    this.#listeners = undefined
  }

  /** Call `listener` once on abort, at once when it has happened. Returns how to stop listening. */
  onAbort(listener: (reason: unknown) => void): () => void {
    if (this.#aborted) {
      listener(this.#reason)
      return () => {}
    }
    this.#listeners ??= new Set()
    this.#listeners.add(listener)
    return () => this.#listeners?.delete(listener)
  }
}

/** The caller hung up or cancelled; there is nobody left to answer. */
export class CallerGoneError extends Error {
  constructor() {
    super('The caller went away')
    this.name = 'CallerGoneError'
  }
}
