/** Runs in progress, shared by everybody who asks for the same thing meanwhile. */
export class Flights {
  readonly #flights = new Map<string, Flight<unknown>>()

  get size(): number {
    return this.#flights.size
  }

  /**
   * Join the run under `key`, or start one. A caller whose own signal aborts leaves at once with its reason; the
   * run goes on for the others, and its signal aborts when the last one left. A failure reaches everybody who
   * waits and is not kept.
   */
  join<T>(
    key: string,
    signal: AbortSignal | undefined,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    // The key says what is run, so a flight under it has the caller's type.
    let flight = this.#flights.get(key) as Flight<T> | undefined
    if (flight === undefined) {
      const started = new Flight(run, () => {
        if (this.#flights.get(key) === started) this.#flights.delete(key)
      })
      flight = started
      this.#flights.set(key, started as Flight<unknown>)
    }
    return flight.wait(signal)
  }

  has(key: string): boolean {
    return this.#flights.has(key)
  }
}

class Flight<T> {
  readonly #result: Promise<T>
  readonly #controller = new AbortController()
  readonly #over: () => void
  #waiting = 0

  constructor(run: (signal: AbortSignal) => Promise<T>, over: () => void) {
    this.#over = over
    this.#result = Promise.resolve().then(() => run(this.#controller.signal))
    this.#result.then(over, over)
  }

  wait(signal: AbortSignal | undefined): Promise<T> {
    this.#waiting++
    if (signal === undefined) return this.#result
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(signal.reason)
        this.#leave(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      const stay = () => signal.removeEventListener('abort', leave)
      this.#result.then(
        (value) => {
          stay()
          resolve(value)
        },
        (error) => {
          stay()
          reject(error)
        },
      )
    })
  }

  #leave(reason: unknown): void {
    if (--this.#waiting > 0) return
    // Nobody is left: whoever asks next must not join a run that is being cancelled.
    this.#over()
    this.#controller.abort(reason)
  }
}
