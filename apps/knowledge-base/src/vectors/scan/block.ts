import type { CodeMemory } from './code-memory.ts'
import { QUERY, quantise, ROW, reach } from './quantise.ts'

/** Of every row beside its numbers. */
export interface RowFacts {
  passage: number
  /** The document's number in memory. */
  document: number
  /** Milliseconds since 1970. */
  changed: number
}

/** Rows of a block: few enough to grow by copying, many enough for a scan to be worth its call. */
const MOST_ROWS = 8192
const FEWEST_ROWS = 64
/** Rows whose codes lie together. */
export const CHUNK = 64
/** What codes are multiplied in: a row's are followed by zeros up to the next multiple. */
const PIECE = 32
const BYTES_OF_A_SUM = 4
const GROWTH = 1.5
/** Room above the largest number seen, so that few later rows need another scale. */
const HEADROOM = 1.25
const BYTES_OF_FACTS = 8 + 8 + 4

/**
 * Up to 8192 vectors, as they are and as codes of 8 bits to scan. One scale for all codes, so that inner products of
 * codes rank; what the codes lose is bounded by the largest `residual` and `length` of a row.
 */
export class Block {
  rows = 0
  floats = new Float32Array(0)
  passages = new Float64Array(0)
  documents = new Uint32Array(0)
  changed = new Float64Array(0)
  scale = Number.MAX_VALUE
  residual = 0
  length = 0
  /** Bytes from one row's codes to those of the next. */
  readonly stride: number
  /**
   * Addresses of the codes of 64 rows each. Behind them there is for each row what its products are too large by, as 0 is
   * not 0 in codes of queries.
   */
  readonly chunks: number[] = []
  readonly #dimensions: number
  readonly #memory: CodeMemory

  constructor(dimensions: number, memory: CodeMemory) {
    this.#dimensions = dimensions
    this.#memory = memory
    this.stride = Math.ceil(dimensions / PIECE) * PIECE
    memory.reclaim(this, this.chunks, this.#chunkSize)
  }

  get isFull(): boolean {
    return this.rows === MOST_ROWS
  }

  get bytes(): number {
    const ofRow = this.#dimensions * Float32Array.BYTES_PER_ELEMENT + BYTES_OF_FACTS
    return this.passages.length * ofRow + this.chunks.length * this.#chunkSize
  }

  get #chunkSize(): number {
    return CHUNK * (this.stride + BYTES_OF_A_SUM)
  }

  add(vector: Float32Array, facts: RowFacts): void {
    if (this.rows === this.passages.length) this.#grow()
    if (this.rows === this.chunks.length * CHUNK) this.#addChunk()
    this.rows += 1
    this.put(this.rows - 1, vector, facts)
  }

  put(row: number, vector: Float32Array, { passage, document, changed }: RowFacts): void {
    this.floats.set(vector, row * this.#dimensions)
    this.passages[row] = passage
    this.documents[row] = document
    this.changed[row] = changed
    const most = reach(vector)
    if (most * this.scale > ROW.largest) this.#rescale(ROW.largest / (most * HEADROOM))
    else this.#encode(row)
  }

  vector(row: number): Float32Array {
    return this.floats.subarray(row * this.#dimensions, (row + 1) * this.#dimensions)
  }

  facts(row: number): RowFacts {
    // Rows are below `rows`, and so within every column.
    return {
      passage: this.passages[row] as number,
      document: this.documents[row] as number,
      changed: this.changed[row] as number,
    }
  }

  removeLast(): void {
    this.rows -= 1
    if (this.rows % CHUNK === 0) this.#giveChunk()
  }

  #encode(row: number): void {
    const { bytes, ints } = this.#memory
    // Every row has one.
    const chunk = this.chunks[Math.floor(row / CHUNK)] as number
    const at = chunk + (row % CHUNK) * this.stride
    const { residual, length, sum } = quantise(this.vector(row), bytes, at, this.scale, ROW)
    const sums = chunk + CHUNK * this.stride
    ints[sums / BYTES_OF_A_SUM + (row % CHUNK)] = sum * QUERY.zero
    this.residual = Math.max(this.residual, residual)
    this.length = Math.max(this.length, length)
  }

  #rescale(scale: number): void {
    this.scale = scale
    this.residual = 0
    this.length = 0
    for (let row = 0; row < this.rows; row += 1) this.#encode(row)
  }

  #addChunk(): void {
    const chunk = this.#memory.take(this.#chunkSize)
    // Behind the numbers of a row there are zeros.
    this.#memory.bytes.fill(0, chunk, chunk + this.#chunkSize)
    this.chunks.push(chunk)
  }

  #giveChunk(): void {
    const chunk = this.chunks.pop()
    if (chunk !== undefined) this.#memory.give(chunk, this.#chunkSize)
  }

  #grow(): void {
    const rows = Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, Math.ceil(this.passages.length * GROWTH)))
    this.floats = grown(new Float32Array(rows * this.#dimensions), this.floats)
    this.passages = grown(new Float64Array(rows), this.passages)
    this.documents = grown(new Uint32Array(rows), this.documents)
    this.changed = grown(new Float64Array(rows), this.changed)
  }
}

function grown<T extends { set(from: T): void }>(to: T, from: T): T {
  to.set(from)
  return to
}
