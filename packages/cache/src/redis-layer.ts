import { RedisDriver } from 'bentocache/drivers/redis'
import type { CreateDriverResult, L2CacheDriver } from 'bentocache/types'
import type { RedisLink } from './redis-link.ts'

/** Bentocache's Redis layer, skipped while the link is away, so that nobody waits for a Redis that is down. */
export class RedisLayer extends RedisDriver {
  readonly #link: RedisLink

  constructor(link: RedisLink, prefix: string) {
    super({ connection: link.commands, prefix })
    this.#link = link
  }

  /** For `useL2Layer`. */
  asDriver(): CreateDriverResult<L2CacheDriver> {
    return { options: {}, factory: () => this }
  }

  override get(key: string): Promise<string | undefined> {
    return this.#link.isLive ? this.#link.run(() => super.get(key)) : Promise.resolve(undefined)
  }

  override set(key: string, value: string, ttl?: number): Promise<boolean> {
    return this.#link.isLive ? this.#link.run(() => super.set(key, value, ttl)) : Promise.resolve(false)
  }
}
