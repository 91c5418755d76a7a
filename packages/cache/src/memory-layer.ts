import { BaseDriver } from 'bentocache/drivers/base_driver'
import type { CreateDriverResult, L1CacheDriver } from 'bentocache/types'
import { LRUCache } from 'lru-cache'
import { deepFreeze } from './freeze.ts'
import type { Stored } from './stored.ts'

/** An entry as bentocache keeps it; `logicalExpiration` in milliseconds since the epoch. */
interface Item {
  value: Stored
  logicalExpiration: number
}

export interface MemoryLimits {
  maxEntries: number
  /** Bytes of JSON. */
  maxSize: number
}

/**
 * Bentocache's memory layer with the values kept as frozen objects. Its own driver can bound bytes only by
 * keeping text, and then parses it on every hit.
 */
export class MemoryLayer extends BaseDriver implements L1CacheDriver {
  readonly type = 'l1'
  readonly #cache: LRUCache<string, Item>

  constructor({ maxEntries, maxSize }: MemoryLimits) {
    super({})
    this.#cache = new LRUCache({ max: maxEntries, maxSize })
  }

  /** For `useL1Layer`. */
  asDriver(): CreateDriverResult<L1CacheDriver> {
    return { options: { serialize: false }, factory: () => this }
  }

  /** The value of a live entry, without the asynchronous way through the layers. */
  peek(key: string): Stored | undefined {
    const item = this.#cache.get(key)
    return item !== undefined && item.logicalExpiration > Date.now() ? item.value : undefined
  }

  /** Bytes of JSON kept. */
  get size(): number {
    return this.#cache.calculatedSize
  }

  // Bentocache types the layers for text; with `serialize: false` it passes the entries themselves.
  get(key: string): string | undefined {
    return this.#cache.get(key) as string | undefined
  }

  set(key: string, entry: string | Item, ttl: number): boolean {
    // What came from Redis is handed over as text again, whatever `serialize` says.
    const item: Item = typeof entry === 'string' ? JSON.parse(entry) : entry
    deepFreeze(item.value.value)
    // An entry from Redis ends by the clock of the process that wrote it, which may be ahead of ours.
    const logicalExpiration = Math.min(item.logicalExpiration, Date.now() + ttl)
    this.#cache.set(key, { ...item, logicalExpiration }, { size: item.value.bytes + key.length })
    return true
  }

  pull(key: string): string | undefined {
    const value = this.get(key)
    this.delete(key)
    return value
  }

  delete(key: string): boolean {
    return this.#cache.delete(key)
  }

  deleteMany(keys: string[]): boolean {
    for (const key of keys) this.delete(key)
    return true
  }

  getRemainingTtl(key: string): number | undefined {
    const item = this.#cache.peek(key)
    return item && item.logicalExpiration - Date.now()
  }

  clear(): void {
    this.#cache.clear()
  }

  /** One cache has one name space. */
  namespace(): this {
    return this
  }

  disconnect(): void {}
}
