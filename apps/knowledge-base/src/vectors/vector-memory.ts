import type { TenantPrincipal } from '@atoll/database'
import { UnavailableError } from '@atoll/errors'
import { scored } from '../scored.ts'
import { refuseDimensions } from './check-query.ts'
import { HeldSet } from './held-set.ts'
import type { ScanThread } from './scan-thread.ts'
import type { VectorDatabase } from './tables.ts'
import { until } from './until.ts'
import type { Near, NearQuery } from './vector-index.ts'

export interface Bounds {
  /** Bytes of vectors to keep. */
  memory: number
  onNotice(text: string): void
}

/** What one thread holds: the sets of vectors that were searched last, as many as memory allows. */
export class VectorMemory {
  readonly thread: ScanThread
  readonly #database: VectorDatabase
  readonly #bounds: Bounds
  readonly #closing: AbortSignal
  readonly #sets = new Map<string, HeldSet>()
  readonly #noticed = new Set<string>()
  #uses = 0

  constructor(database: VectorDatabase, thread: ScanThread, bounds: Bounds, closing: AbortSignal) {
    this.#database = database
    this.thread = thread
    this.#bounds = bounds
    this.#closing = closing
  }

  async near(principal: TenantPrincipal, query: NearQuery, signal: AbortSignal): Promise<Near[]> {
    const set = this.#setOf(principal.tenant, query)
    const wanted = Number(query.revision)
    let asOfNow = false
    // Nothing is awaited between this and the question to the thread, or the set could be dropped again.
    while (!set.isAt(wanted)) {
      if (asOfNow) throw behind()
      asOfNow = !set.isUpdating
      await until(this.#update(set, principal), signal)
    }
    if (set.otherDimensions !== undefined) refuseDimensions(query, set.otherDimensions)
    if (set.holding.rows === 0) return []
    const { vector, shelves, limit, since } = query
    const sought = { vector, shelves, limit, since: since?.getTime() }
    const found = await this.thread.ask<'near'>({ kind: 'near', key: set.key, ...sought }, signal)
    return scored(found.passages, found.scores)
  }

  #setOf(tenant: string, { model, vector }: NearQuery): HeldSet {
    const held = { tenant, model, dimensions: vector.length }
    const key = JSON.stringify(held)
    const set = this.#sets.get(key) ?? new HeldSet(key, held, this.thread, this.#database)
    this.#sets.set(key, set)
    set.used = ++this.#uses
    return set
  }

  async #update(set: HeldSet, principal: TenantPrincipal): Promise<void> {
    await set.update(principal, this.#closing)
    this.#makeRoom(set)
  }

  /** Drop what was not searched for longest. A set that is too large alone is kept while it is searched. */
  #makeRoom(newest: HeldSet): void {
    const others = [...this.#sets.values()].filter((set) => set !== newest && set.holding.bytes > 0)
    others.sort((a, b) => a.used - b.used)
    let bytes = others.reduce((sum, { holding }) => sum + holding.bytes, newest.holding.bytes)
    for (const set of others) {
      if (bytes <= this.#bounds.memory) return
      // What is being amended counts on what it amends.
      if (set.isUpdating) continue
      bytes -= set.holding.bytes
      set.drop()
    }
    if (newest.holding.bytes > this.#bounds.memory) this.#notice(newest)
  }

  #notice({ key, held, holding }: HeldSet): void {
    if (this.#noticed.has(key)) return
    this.#noticed.add(key)
    this.#bounds.onNotice(
      `The vectors of tenant ${held.tenant} take ${megabytes(holding.bytes)} MB, more than the ` +
        `${megabytes(this.#bounds.memory)} MB that may be kept: they are kept, and those of no other tenant beside them. ` +
        'Allow more memory, or install pgvector.',
    )
  }
}

/** The tables themselves are older than what the caller has seen: a replica of the database that lags. */
function behind(): UnavailableError {
  return new UnavailableError('The search by meaning lags behind the documents. Try again shortly.', {
    retryAfter: 1,
  })
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / (1024 * 1024))
}
