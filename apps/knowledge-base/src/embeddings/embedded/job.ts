import { toUnit } from '../unit.ts'
import type { Tokenize } from './tokenizer.ts'
import { DIMENSIONS } from './transformer.ts'
import { windowsOf } from './windows.ts'

/** What the model reads at once: the tokens of a text or of one part of a long one. */
export interface Part {
  job: Job
  /** The text's place in the request. */
  text: number
  tokens: readonly number[]
}

/** The texts of one request, cut up only when their turn comes, and their vectors as far as they are known. */
export class Job {
  readonly id: number
  readonly #texts: readonly string[]
  readonly #tokenize: Tokenize
  readonly #vectors: Float32Array<ArrayBuffer>
  #waiting: Part[] = []
  #cut = 0
  #running = 0

  constructor(id: number, texts: readonly string[], tokenize: Tokenize) {
    this.id = id
    this.#texts = texts
    this.#tokenize = tokenize
    this.#vectors = new Float32Array(texts.length * DIMENSIONS)
  }

  /** The part whose turn is next; undefined when all have been taken. */
  get next(): Part | undefined {
    const text = this.#texts[this.#cut]
    if (this.#waiting.length === 0 && text !== undefined) {
      const place = this.#cut++
      this.#waiting = windowsOf(this.#tokenize(text)).map((tokens) => ({ job: this, text: place, tokens }))
    }
    return this.#waiting[0]
  }

  take(): void {
    this.#waiting.shift()
    this.#running++
  }

  /** Add what a part says. A text of several parts says what they say on average. */
  add({ text }: Part, vector: Float32Array): void {
    const sum = this.#vectorOf(text)
    for (const [place, value] of vector.entries()) sum[place] = (sum[place] ?? 0) + value
    this.#running--
  }

  /** The vectors of all texts, one after the other; undefined while some are missing. */
  finish(): Float32Array<ArrayBuffer> | undefined {
    if (this.#running > 0 || this.next) return undefined
    for (const text of this.#texts.keys()) toUnit(this.#vectorOf(text))
    return this.#vectors
  }

  #vectorOf(text: number): Float32Array {
    return this.#vectors.subarray(text * DIMENSIONS, (text + 1) * DIMENSIONS)
  }
}
