import { Best } from '../../best.ts'
import type { Near } from '../vector-index.ts'
import type { Block } from './block.ts'
import { type Candidate, Candidates } from './candidates.ts'
import { innerProductsOfFour, lengthOf } from './inner-product.ts'
import { Largest } from './largest.ts'
import type { Products } from './multiply.ts'
import { QUERY, quantise, reach } from './quantise.ts'

export interface Sought {
  /** Of length 1. */
  vector: Float32Array
  shelves: readonly number[]
  limit: number
  /** Milliseconds since 1970. */
  since: number | undefined
}

/** What 32-bit floats lose of an inner product of codes, and more. */
const ROUNDING = 1e-6
/** Standard deviations that rounding to codes is taken to stay within: beyond are two of a thousand million. */
const DEVIATIONS = 6

/** One query while its blocks are scanned. */
export class Search {
  readonly codes: Int8Array
  readonly #vector: Float32Array
  readonly #since: number
  readonly #scale: number
  readonly #residual: number
  readonly #length: number
  readonly #limit: number
  /** The least that similarities can be: what can't be as near as the last of the largest has no place. */
  readonly #certain: Largest
  /** Rows that may belong to the best, by what their codes say: the most that their similarity can be, and where. */
  readonly #candidates = new Candidates()

  constructor({ vector, limit, since }: Sought) {
    this.#vector = vector
    this.#since = since ?? Number.NEGATIVE_INFINITY
    this.#limit = limit
    this.#certain = new Largest(limit)
    this.codes = new Int8Array(vector.length)
    this.#scale = QUERY.largest / reach(vector)
    this.#residual = quantise(vector, this.codes, 0, this.#scale, QUERY).residual
    this.#length = lengthOf(vector)
  }

  /** The least product of codes with which a row of this block may belong to the best. */
  barOf(block: Block): number {
    return (this.#certain.least - this.#lost(block)) * this.#scaleOf(block)
  }

  /** Whether it has seen too few rows to rule any out. */
  get isBeginning(): boolean {
    return this.#certain.least === Number.NEGATIVE_INFINITY
  }

  /** Look at a block's rows by the inner products of their codes, of which as many belong to each row; it is the nth. */
  take(block: Block, { all, width, first, rows }: Products, n: number): void {
    const scale = this.#scaleOf(block)
    const lost = this.#lost(block)
    const { changed } = block
    const certain = this.#certain
    const candidates = this.#candidates
    candidates.from(block)
    let bar = this.barOf(block)
    for (const row of rows) {
      const product = all[(row - first) * width + n] as number
      if (product < bar || (changed[row] as number) < this.#since) continue
      const similarity = product / scale
      candidates.add(row, similarity + lost)
      certain.add(similarity - lost)
      bar = (certain.least - lost) * scale
    }
  }

  /** The best of all rows that were looked at, best first: by their vectors, where codes leave it open. */
  finish(): readonly Near[] {
    const best = new Best<Near>(this.#limit)
    // The most promising first, which soon rules out the rest.
    const promising = this.#candidates.above(this.#certain.least)
    for (let at = 0; at < promising.length; at += 4) {
      const four = promising.slice(at, at + 4)
      if ((four[0] as Candidate).most < best.bar) break
      const vectors = four.map(({ block, row }) => block.vector(row))
      const similarities = innerProductsOfFour(this.#vector, vectors)
      for (const [n, { block, row }] of four.entries()) {
        best.offer({ passage: block.passages[row] as number, score: similarities[n] as number })
      }
    }
    return best.found
  }

  #scaleOf(block: Block): number {
    return block.scale * this.#scale
  }

  /**
   * The most that codes tell a similarity wrong by. With q, x the vectors and q', x' what codes say of them:
   * q·x = q'·x' + q·(x - x') + (q - q')·x'. By Cauchy-Schwarz the last two are at most |q| |x - x'| and |q - q'| |x'|; as
   * numbers are rounded up and down alike, their standard deviation is that divided by the square root of the dimensions,
   * and neither knows of the other.
   */
  #lost(block: Block): number {
    const ofRow = this.#length * block.residual
    const ofQuery = this.#residual * block.length
    // `Math.hypot` takes ten times as long, as it guards against numbers that these are far from.
    const both = Math.sqrt(ofRow ** 2 + ofQuery ** 2)
    const likely = (DEVIATIONS * both) / Math.sqrt(this.#vector.length)
    return Math.min(ofRow + ofQuery, likely) + ROUNDING
  }
}
