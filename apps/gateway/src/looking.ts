/** Milliseconds between two looks that hints ask for. */
const MIN_GAP = 1_000

/** Repeats a look at something: one at a time, with a rest between, and sooner when somebody asks. */
export class Looking {
  readonly #look: () => Promise<void>
  readonly #rest: () => number
  #running: Promise<void> | undefined
  #lastStart = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #hint: NodeJS.Timeout | undefined
  #isStopped = false

  /** `look` never rejects; `rest` says after each look how many milliseconds there are until the next. */
  constructor(look: () => Promise<void>, rest: () => number) {
    this.#look = look
    this.#rest = rest
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Look now, or join the look that is under way. The first one starts the repetition. */
  now(): Promise<void> {
    if (this.#isStopped) return Promise.resolve()
    clearTimeout(this.#timer)
    if (!this.#running) {
      this.#lastStart = performance.now()
      this.#running = this.#look().finally(() => {
        this.#running = undefined
        this.#schedule()
      })
    }
    return this.#running
  }

  /** Look soon, in the background. */
  soon(): void {
    if (this.#isStopped || this.#hint) return
    const wait = Math.max(0, MIN_GAP - (performance.now() - this.#lastStart))
    this.#hint = setTimeout(async () => {
      this.#hint = undefined
      // A look that is under way may have begun before what the hint is about.
      await this.#running
      await this.now()
    }, wait).unref()
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    clearTimeout(this.#hint)
  }

  #schedule(): void {
    if (this.#isStopped) return
    this.#timer = setTimeout(() => void this.now(), this.#rest()).unref()
  }
}
