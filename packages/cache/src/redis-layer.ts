import { hash } from 'node:crypto'
import { RedisDriver } from 'bentocache/drivers/redis'
import type { CreateDriverResult, L2CacheDriver } from 'bentocache/types'
import type { RedisLink } from './redis-link.ts'

/**
 * Bentocache's Redis layer, skipped while the link is away, so that nobody waits for a Redis that is down. Keys
 * are hashed: they hold who asked for what, which is nobody's business who may list keys.
 */
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
    if (!this.#link.isLive) return Promise.resolve(undefined)
    return this.#link.run(() => super.get(digest(key)))
  }

  override set(key: string, value: string, ttl?: number): Promise<boolean> {
    if (!this.#link.isLive) return Promise.resolve(false)
    return this.#link.run(() => super.set(digest(key), value, ttl))
  }
}

function digest(key: string): string {
  return hash('sha256', key, 'base64url')
}
