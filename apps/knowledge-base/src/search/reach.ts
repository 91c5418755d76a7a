import type { Principal } from '@atoll/auth'
import { LRUCache } from 'lru-cache'
import type { Shelves } from '../store/search.ts'

/** Where a caller may look, as of one moment. */
export interface Reach {
  revision: number
  shelves: readonly Shelves[]
}

/** Each is a kilobyte or two. */
const MOST = 1000

/**
 * How far callers with the same rights could look when one of them searched last. That may have changed since: it says
 * where to begin, and never what may be shown.
 */
export class Reaches {
  readonly #known = new LRUCache<string, Reach>({ max: MOST })

  last(principal: Principal, category: string | undefined): Reach | undefined {
    return this.#known.get(keyOf(principal, category))
  }

  keep(principal: Principal, category: string | undefined, { revision, shelves }: Reach): void {
    this.#known.set(keyOf(principal, category), { revision, shelves })
  }
}

/** The database tells shelves in no order. */
export function isSameReach(one: Reach, other: Reach): boolean {
  if (one.revision !== other.revision || one.shelves.length !== other.shelves.length) return false
  const ids = new Set(one.shelves.map(({ id }) => id))
  return other.shelves.every(({ id }) => ids.has(id))
}

function keyOf({ tenant, scopes, roles }: Principal, category: string | undefined): string {
  return JSON.stringify([tenant, category ?? null, [...scopes].sort(), [...roles].sort()])
}
