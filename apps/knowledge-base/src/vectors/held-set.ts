import type { TenantPrincipal } from '@atoll/database'
import type { Transaction } from 'kysely'
import { revisionOf, touchedSince } from './changes.ts'
import { otherDimensions } from './other-dimensions.ts'
import type { Holding } from './scan/messages.ts'
import type { ScanThread } from './scan-thread.ts'
import { type Held, storedRows } from './stored-rows.ts'
import type { VectorDatabase, VectorTables } from './tables.ts'

/** Where more of the documents changed, all are loaded anew. */
const SHARE_TO_AMEND = 0.2
const FEWEST_TO_AMEND = 100

const NOTHING: Holding = { rows: 0, documents: 0, bytes: 0 }

/** Vectors of one tenant and model in the memory of a thread, and which revision of the tables they are. */
export class HeldSet {
  readonly key: string
  readonly held: Held
  /** Before anything was loaded, and after it was dropped: none. */
  revision: number | undefined
  holding: Holding = NOTHING
  /** The model's vectors have these instead, and there are none to search. */
  otherDimensions: number | undefined
  /** Larger is later. */
  used = 0
  readonly #thread: ScanThread
  readonly #database: VectorDatabase
  #updating: Promise<void> | undefined

  constructor(key: string, held: Held, thread: ScanThread, database: VectorDatabase) {
    this.key = key
    this.held = held
    this.#thread = thread
    this.#database = database
  }

  get isUpdating(): boolean {
    return this.#updating !== undefined
  }

  isAt(revision: number): boolean {
    return this.revision !== undefined && this.revision >= revision
  }

  /** Follow the tables; whoever asks meanwhile waits for the same. */
  update(principal: TenantPrincipal, signal: AbortSignal): Promise<void> {
    this.#updating ??= this.#load(principal, signal).finally(() => {
      this.#updating = undefined
    })
    return this.#updating
  }

  drop(): void {
    this.revision = undefined
    this.holding = NOTHING
    this.#tell('drop')
  }

  #tell(kind: 'abandon' | 'drop'): void {
    // When the thread is lost, so is what it held.
    this.#thread.ask<typeof kind>({ kind, key: this.key }).catch(() => {})
  }

  async #load(principal: TenantPrincipal, signal: AbortSignal): Promise<void> {
    const load = async (trx: Transaction<VectorTables>) => {
      const revision = await revisionOf(trx)
      const documents = await this.#changed(trx)
      if (documents?.length !== 0) await this.#replace(trx, documents)
      this.otherDimensions = this.holding.rows === 0 ? await otherDimensions(trx, this.held) : undefined
      this.revision = revision
    }
    // One snapshot for everything, so that memory is the tables of one revision.
    await this.#database
      .inTenant(principal, load, { readOnly: true, isolation: 'repeatable read', signal })
      .catch((error) => {
        this.#tell('abandon')
        throw error
      })
  }

  /** What to amend; undefined when everything is to be loaded. */
  async #changed(trx: Transaction<VectorTables>): Promise<string[] | undefined> {
    if (this.revision === undefined) return undefined
    const most = Math.max(FEWEST_TO_AMEND, Math.floor(this.holding.documents * SHARE_TO_AMEND))
    return await touchedSince(trx, this.held.tenant, this.revision, most)
  }

  async #replace(trx: Transaction<VectorTables>, documents: string[] | undefined): Promise<void> {
    const { key } = this
    const { dimensions } = this.held
    const replaces = documents ?? 'everything'
    let taken = awaitedLater(this.#thread.ask<'begin'>({ kind: 'begin', key, dimensions, replaces }))
    // The thread takes a page while the next one is on its way.
    for await (const rows of storedRows(trx, this.held, documents)) {
      await taken
      taken = awaitedLater(this.#thread.ask<'rows'>({ kind: 'rows', key, rows }))
    }
    await taken
    // Searches see it from here on.
    this.holding = await this.#thread.ask<'commit'>({ kind: 'commit', key })
  }
}

/** A failure is thrown where the promise is awaited, and is nobody's until then: unhandled, it would end the process. */
function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
