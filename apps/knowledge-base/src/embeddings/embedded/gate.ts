const FREE = 0
const BUSY = 1
const SHUT = 2
/** Milliseconds. One run of the model takes a fraction of it. */
const PATIENCE = 5000

/**
 * Keeps a thread from being ended within native code, which would end the whole process: the worker enters before
 * native code and leaves after it, and who ends the worker shuts the gate first.
 */
export class Gate {
  readonly shared: SharedArrayBuffer
  readonly #state: Int32Array

  constructor(shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.shared = shared
    this.#state = new Int32Array(shared)
  }

  /** Run native code; undefined without having run it when the gate is shut. */
  async pass<Result>(run: () => Promise<Result>): Promise<Result | undefined> {
    if (Atomics.compareExchange(this.#state, 0, FREE, BUSY) !== FREE) return undefined
    try {
      return await run()
    } finally {
      Atomics.store(this.#state, 0, FREE)
      Atomics.notify(this.#state, 0)
    }
  }

  /** Resolves when the worker is outside of native code and stays there. */
  async shut(): Promise<void> {
    while (this.#tryShut() === BUSY) {
      const { value } = Atomics.waitAsync(this.#state, 0, BUSY, PATIENCE)
      if ((await value) === 'timed-out') return
    }
  }

  /** Like `shut`, blocking the thread: for the last moment of a process. */
  shutNow(): void {
    while (this.#tryShut() === BUSY && Atomics.wait(this.#state, 0, BUSY, PATIENCE) !== 'timed-out');
  }

  #tryShut(): number {
    return Atomics.compareExchange(this.#state, 0, FREE, SHUT)
  }
}
