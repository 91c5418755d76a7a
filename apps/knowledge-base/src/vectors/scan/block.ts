import { quantise, ROW, reach } from './quantise.ts'

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
  readonly #dimensions: number
  #codes = new Uint8Array(0)

  constructor(dimensions: number) {
    this.#dimensions = dimensions
  }

  get isFull(): boolean {
    return this.rows === MOST_ROWS
  }

  get bytes(): number {
    return this.passages.length * (this.#dimensions * 5 + BYTES_OF_FACTS)
  }

  /** Codes of all rows. */
  get codes(): Uint8Array {
    return this.#codes.subarray(0, this.rows * this.#dimensions)
  }

  add(vector: Float32Array, facts: RowFacts): void {
    if (this.rows === this.passages.length) this.#grow()
    this.rows += 1
    this.put(this.rows - 1, vector, facts)
  }

  put(row: number, vector: Float32Array, { passage, document, changed }: RowFacts): void {
    this.floats.set(vector, row * this.#dimensions)
    this.passages[row] = passage
    this.documents[row] = document
    this.changed[row] = changed
    const most = reach(vector, 0, this.#dimensions)
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
  }

  #encode(row: number): void {
    const start = row * this.#dimensions
    const { residual, length } = quantise(this.floats, this.#codes, start, this.#dimensions, this.scale, ROW)
    this.residual = Math.max(this.residual, residual)
    this.length = Math.max(this.length, length)
  }

  #rescale(scale: number): void {
    this.scale = scale
    this.residual = 0
    this.length = 0
    for (let row = 0; row < this.rows; row += 1) this.#encode(row)
  }

  #grow(): void {
    const rows = Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, Math.ceil(this.passages.length * GROWTH)))
    this.floats = grown(new Float32Array(rows * this.#dimensions), this.floats)
    this.#codes = grown(new Uint8Array(rows * this.#dimensions), this.#codes)
    this.passages = grown(new Float64Array(rows), this.passages)
    this.documents = grown(new Uint32Array(rows), this.documents)
    this.changed = grown(new Float64Array(rows), this.changed)
  }
}

function grown<T extends { set(from: T): void }>(to: T, from: T): T {
  to.set(from)
  return to
}
