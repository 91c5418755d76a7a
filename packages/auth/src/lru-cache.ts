interface Entry<Value> {
  readonly key: string
  value: Value
  newer: Entry<Value> | undefined
  older: Entry<Value> | undefined
}

/**
 * A map of at most `max` entries that forgets the least recently used one. The order is a list beside the Map:
 * moving a key to the Map's end instead leaves a hole in its bucket each time, which makes hot keys slow.
 */
export class LruCache<Value> {
  readonly #max: number
  readonly #entries = new Map<string, Entry<Value>>()
  #newest: Entry<Value> | undefined
  #oldest: Entry<Value> | undefined

  constructor(max: number) {
    this.#max = max
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#touch(entry)
    return entry.value
  }

  set(key: string, value: Value): void {
    const known = this.#entries.get(key)
    if (known) {
      known.value = value
      this.#touch(known)
      return
    }
    const entry = { key, value, newer: undefined, older: undefined }
    this.#entries.set(key, entry)
    this.#append(entry)
    if (this.#entries.size > this.#max && this.#oldest) this.delete(this.#oldest.key)
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#unlink(entry)
  }

  get size(): number {
    return this.#entries.size
  }

  #touch(entry: Entry<Value>): void {
    if (entry === this.#newest) return
    this.#unlink(entry)
    this.#append(entry)
  }

  #append(entry: Entry<Value>): void {
    entry.older = this.#newest
    entry.newer = undefined
    if (this.#newest) this.#newest.newer = entry
    else this.#oldest = entry
    this.#newest = entry
  }

  #unlink({ newer, older }: Entry<Value>): void {
    if (newer) newer.older = older
    else this.#newest = older
    if (older) older.newer = newer
    else this.#oldest = newer
  }
}
