import { Best } from './best.ts'
import type { Block } from './block.ts'
import { innerProduct, lengthOf } from './inner-product.ts'
import { LARGEST, quantise, reach } from './quantise.ts'

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
  readonly best: Best
  readonly codes: Int8Array
  readonly limit: number
  readonly #vector: Float32Array
  readonly #since: number
  readonly #scale: number
  readonly #residual: number
  readonly #length: number
  readonly #share: number

  constructor({ vector, limit, since }: Sought) {
    this.#vector = vector
    this.limit = limit
    this.#since = since ?? Number.NEGATIVE_INFINITY
    this.best = new Best(limit)
    this.codes = new Int8Array(vector.length)
    this.#scale = LARGEST / reach(vector, 0, vector.length)
    this.#residual = quantise(vector, this.codes, 0, vector.length, this.#scale).residual
    this.#length = lengthOf(vector)
    this.#share = Math.min(1, DEVIATIONS / Math.sqrt(vector.length))
  }

  /** How many rows of the block may be found at all. */
  eligible(block: Block): number {
    if (this.#since === Number.NEGATIVE_INFINITY) return block.rows
    let count = 0
    for (let row = 0; row < block.rows; row += 1) if (this.isEligible(block, row)) count += 1
    return count
  }

  isEligible(block: Block, row: number): boolean {
    return (block.changed[row] as number) >= this.#since
  }

  /**
   * The most that a row's similarity can be, given the inner product of its codes. With q, x the vectors and q', x'
   * what codes say of them: q·x = q'·x' + q·(x - x') + (q - q')·x'. By Cauchy-Schwarz the last two are at most
   * |q| |x - x'| and |q - q'| |x'|; as numbers are rounded up and down alike, their standard deviation is that divided
   * by the square root of the dimensions.
   */
  bound(block: Block, product: number): number {
    const lost = (this.#length * block.residual + this.#residual * block.length) * this.#share
    return product / (block.scale * this.#scale) + lost + ROUNDING
  }

  offer(block: Block, row: number): void {
    const similarity = innerProduct(this.#vector, block.floats, row * this.#vector.length)
    this.best.offer({ passage: block.passages[row] as number, similarity })
  }
}
