import type { SigningKeys } from '@atoll/auth'
import { signHash } from './checkpoint-signature.ts'
import { contentOf, GENESIS, hashOf, lineOf } from './record.ts'

/** Where a chain stands: its last record. */
export interface ChainEnd {
  readonly seq: number
  readonly hash: string
}

export const BEGINNING: ChainEnd = { seq: 0, hash: GENESIS }

/** Why a checkpoint was made. */
export type CheckpointReason = 'open' | 'count' | 'time' | 'rotation' | 'retention' | 'close'

/** Gives records their place: each names the one before by its hash, so none can change, go or move unseen. */
export class Chain {
  #seq: number
  #hash: string
  readonly #writer: string
  readonly #keys: SigningKeys

  constructor(writer: string, { seq, hash }: ChainEnd, keys: SigningKeys) {
    this.#writer = writer
    this.#seq = seq
    this.#hash = hash
    this.#keys = keys
  }

  get end(): ChainEnd {
    return { seq: this.#seq, hash: this.#hash }
  }

  /** The line of the next record. `body` is a JSON object as text, without the line feed. */
  append(body: string): string {
    const content = this.#next(body)
    return lineOf(content, this.#hash)
  }

  /** The line of a record whose signature vouches for itself and, through the hashes, for every record before it. */
  checkpoint(reason: CheckpointReason, time: number): string {
    const { alg, kid } = this.#keys
    const about = { event: 'checkpoint', writer: this.#writer, reason, alg, kid }
    const content = this.#next(JSON.stringify({ time: new Date(time).toISOString(), ...about }))
    return lineOf(content, this.#hash, signHash(this.#hash, this.#keys))
  }

  #next(body: string): string {
    this.#seq += 1
    const content = contentOf(this.#seq, this.#hash, body)
    this.#hash = hashOf(content)
    return content
  }
}
