import type { Block } from './block.ts'
import type { Search } from './search.ts'

export interface Candidate {
  front: Front
  row: number
  /** The most its similarity can be. */
  bound: number
}

const OVERFETCH = 2
const FEWEST = 16
const WIDER = 4
/** So few rows are looked at faster than scanned. */
const SMALL = 64
/** Where fewer rows than one in so many are eligible, looking at those is faster too. */
const SPARSE = 16

/** How far into one block one query has looked. */
export class Front {
  readonly search: Search
  readonly block: Block
  /** Rows to take from the scan, best codes first. */
  wanted: number
  /** No row that was not taken is nearer than this. */
  #beyond = Number.POSITIVE_INFINITY
  readonly #offered = new Set<number>()

  constructor(search: Search, block: Block, wanted: number) {
    this.search = search
    this.block = block
    this.wanted = wanted
  }

  /** The block is one of several, with so many rows together. Undefined when nothing is left to scan for. */
  static open(search: Search, block: Block, rows: number): Front | undefined {
    const eligible = search.eligible(block)
    if (eligible === 0) return undefined
    const share = eligible / block.rows
    const expected = (search.limit * OVERFETCH * block.rows) / rows
    const wanted = Math.ceil(Math.max(expected, FEWEST) / share)
    const front = new Front(search, block, Math.min(wanted, block.rows))
    if (block.rows > SMALL && share * SPARSE >= 1) return front
    front.#offerRest()
    return undefined
  }

  /** Rows of the scan, best first, with the inner products of their codes. */
  take(rows: Iterable<readonly [row: number, product: number]>): Candidate[] {
    const candidates: Candidate[] = []
    let taken = 0
    for (const [row, product] of rows) {
      const bound = this.search.bound(this.block, product)
      if (this.#isOpen(row)) candidates.push({ front: this, row, bound })
      this.#beyond = bound
      taken += 1
    }
    if (taken === this.block.rows) this.#beyond = Number.NEGATIVE_INFINITY
    return candidates
  }

  offer(row: number): void {
    this.#offered.add(row)
    this.search.offer(this.block, row)
  }

  /** This front further on; undefined when nothing beyond can belong to the best. */
  next(): Front | undefined {
    if (this.#beyond === Number.NEGATIVE_INFINITY || this.#beyond < this.search.best.bar) return undefined
    this.wanted *= WIDER
    if (this.wanted * 2 <= this.block.rows) return this
    this.#offerRest()
    return undefined
  }

  #offerRest(): void {
    for (let row = 0; row < this.block.rows; row += 1) if (this.#isOpen(row)) this.offer(row)
  }

  #isOpen(row: number): boolean {
    return this.search.isEligible(this.block, row) && !this.#offered.has(row)
  }
}
