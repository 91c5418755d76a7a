import { type Cancellable, onAbort } from './cancellable.ts'

/** Called off with its parent, or alone. */
export class Revocable {
  #isOff = false
  #reason: unknown
  #listener: ((reason: unknown) => void) | undefined
  readonly #unlink: (() => void) | undefined

  constructor(parent: Cancellable | undefined) {
    this.#unlink = parent && onAbort(parent, (reason) => this.revoke(reason))
  }

  get aborted(): boolean {
    return this.#isOff
  }

  revoke(reason: unknown): void {
    if (this.#isOff) return
    this.#isOff = true
    this.#reason = reason
    this.#unlink?.()
    this.#listener?.(reason)
  }

  /** One listener at a time, which is what a request has. */
  onAbort(listener: (reason: unknown) => void): () => void {
    if (this.#isOff) listener(this.#reason)
    else this.#listener = listener
    return () => {
      if (this.#listener === listener) this.#listener = undefined
    }
  }

  /** Stop listening to the parent. */
  release(): void {
    this.#unlink?.()
  }
}
