export interface RememberedOptions<T> {
  /** Entries at most; the one unused for longest goes first. */
  size: number
  /** Milliseconds an entry lives. */
  lifetime: number
  clock?: () => number
  /** Told of every entry that is dropped, or replaced by another value. */
  onDrop?(value: T): void
}

/** Values by key: bounded, expiring, and obtained once however many ask at the same time. */
export class Remembered<T> {
  readonly #options: RememberedOptions<T>
  readonly #clock: () => number
  readonly #entries = new Map<string, { value: T; until: number }>()
  readonly #pending = new Map<string, Promise<T>>()

  constructor(options: RememberedOptions<T>) {
    this.#options = options
    this.#clock = options.clock ?? Date.now
  }

  peek(key: string): T | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    if (entry.until <= this.#clock()) {
      this.forget(key)
      return undefined
    }
    return entry.value
  }

  /** The remembered value, which is then the one used last. */
  use(key: string): T | undefined {
    const value = this.peek(key)
    if (value !== undefined) this.#touch(key)
    return value
  }

  /** The remembered value, or the one `obtain` resolves to. A rejection is not remembered. */
  get(key: string, obtain: () => Promise<T>): Promise<T> {
    const known = this.use(key)
    if (known !== undefined) return Promise.resolve(known)
    const pending = this.#pending.get(key)
    if (pending) return pending
    const obtained = obtain()
      .then((value) => {
        this.#remember(key, value)
        return value
      })
      .finally(() => this.#pending.delete(key))
    this.#pending.set(key, obtained)
    return obtained
  }

  set(key: string, value: T): void {
    this.#remember(key, value)
  }

  values(): T[] {
    return [...this.#entries.values()].map(({ value }) => value)
  }

  forget(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#options.onDrop?.(entry.value)
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.forget(key)
  }

  #remember(key: string, value: T): void {
    const before = this.#entries.get(key)
    this.#entries.set(key, { value, until: this.#clock() + this.#options.lifetime })
    const oldest = this.#entries.size > this.#options.size ? this.#entries.keys().next().value : undefined
    if (oldest !== undefined) this.forget(oldest)
    if (before && before.value !== value) this.#options.onDrop?.(before.value)
  }

  #touch(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#entries.set(key, entry)
  }
}
