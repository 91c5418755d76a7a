import type { SigningKeys } from '@atoll/auth'
import { signHash } from './checkpoint-signature.ts'
import { contentOf, endOf, GENESIS, hashOf } from './record.ts'

/** Where a chain stands: its last record. */
export interface ChainEnd {
  readonly seq: number
  readonly hash: string
}

export const BEGINNING: ChainEnd = { seq: 0, hash: GENESIS }

/** Why a checkpoint was made. */
export type CheckpointReason = 'open' | 'count' | 'time' | 'rotation' | 'retention' | 'close'

const CHUNK = 64 * 1024
/** Bytes of a hash and the longest signature, with what is around them. */
const MOST_END = 1024

/** Gives records their place: each names the one before by its hash, so none can change, go or move unseen. */
export class Chain {
  #seq: number
  #hash: string
  readonly #writer: string
  readonly #keys: SigningKeys
  // Lines are encoded once, one behind the other: joining strings later costs more than all the rest.
  #chunk = Buffer.allocUnsafeSlow(CHUNK)
  #used = 0

  constructor(writer: string, { seq, hash }: ChainEnd, keys: SigningKeys) {
    this.#writer = writer
    this.#seq = seq
    this.#hash = hash
    this.#keys = keys
  }

  get end(): ChainEnd {
    return { seq: this.#seq, hash: this.#hash }
  }

  /** The line of the next record, line feed included. `members` is a JSON object as text, without its braces. */
  append(members: string): Buffer {
    const brace = this.#next(members)
    return this.#finish(brace, endOf(this.#hash))
  }

  /** The line of a record whose signature vouches for itself and, through the hashes, for every record before it. */
  checkpoint(reason: CheckpointReason, time: number): Buffer {
    const { alg, kid } = this.#keys
    const about = { event: 'checkpoint', writer: this.#writer, reason, alg, kid }
    const brace = this.#next(membersOf({ time: new Date(time).toISOString(), ...about }))
    return this.#finish(brace, endOf(this.#hash, signHash(this.#hash, this.#keys)))
  }

  /** Encode the content and move on; returns where its last brace is. */
  #next(members: string): number {
    this.#seq += 1
    const content = contentOf(this.#seq, this.#hash, members)
    // Three bytes are the most that a UTF-16 unit becomes.
    const most = content.length * 3 + MOST_END
    if (this.#used + most > this.#chunk.length) {
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK, most))
      this.#used = 0
    }
    const end = this.#used + this.#chunk.write(content, this.#used)
    this.#hash = hashOf(this.#chunk.subarray(this.#used, end))
    return end - 1
  }

  #finish(brace: number, text: string): Buffer {
    const start = this.#used
    this.#used = brace + this.#chunk.write(text, brace, 'latin1')
    return this.#chunk.subarray(start, this.#used)
  }
}

/** A value as JSON without its braces. */
export function membersOf(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value).slice(1, -1)
}
