import type { Deadline } from './invocation.ts'

/** The time that a call has, which stands still while a person is asked. */
export class Countdown implements Deadline {
  readonly #expire: () => void
  /** Milliseconds, at `#startedAt`. */
  #left: number
  #startedAt = 0
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(limit: number, expire: () => void) {
    this.#left = limit
    this.#expire = expire
    this.resume()
  }

  pause(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#left -= performance.now() - this.#startedAt
  }

  resume(): void {
    if (this.#isStopped || this.#timer) return
    this.#startedAt = performance.now()
    this.#timer = setTimeout(this.#expire, Math.max(0, this.#left))
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }
}

/** Of what takes as long as it takes. */
export const NO_DEADLINE: Deadline = Object.freeze({ pause() {}, resume() {} })
