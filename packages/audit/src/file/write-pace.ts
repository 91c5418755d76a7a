/** Bytes that are written at once. */
const SMALL = 64 * 1024
/** Milliseconds: what is too long to hold up everything else, and how long it is remembered. */
const SLOW = 20
const MEMORY = 60_000

/**
 * Whether to write on the thread that answers, or off it. The kernel takes a batch in 2 us, and handing it to another thread costs
 * 15; but a disk that makes its writers wait would stop everything, so after one such write the others go off the thread for a
 * minute.
 */
export class WritePace {
  readonly #now: () => number
  #slowUntil = Number.NEGATIVE_INFINITY

  /** `now` is monotonic, in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Whether so many bytes are best written at once. */
  isQuick(bytes: number): boolean {
    return bytes <= SMALL && this.#now() >= this.#slowUntil
  }

  /** Run a write, and remember when it took long. */
  timed<T>(write: () => T): T {
    const start = this.#now()
    try {
      return write()
    } finally {
      const end = this.#now()
      if (end - start > SLOW) this.#slowUntil = end + MEMORY
    }
  }
}
