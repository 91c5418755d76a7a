import { setImmediate } from 'node:timers/promises'
import type { Near } from '../vector-index.ts'
import type { Block } from './block.ts'
import type { HeldVectors } from './held-vectors.ts'
import type { Multiply, Piece } from './multiply.ts'
import { Search, type Sought } from './search.ts'

export interface RoundsOptions {
  multiply: Multiply
  found(id: number, near: readonly Near[]): void
  failed(id: number, error: unknown): void
}

interface Looking {
  id: number
  search: Search
  /** Blocks that it has not seen yet. */
  left: Set<Block>
}

/** A change of what is held, or a search that came after it. */
interface Later {
  id?: number
  run(): void
}

/** All that look through the same vectors. */
interface Round {
  held: HeldVectors
  blocks: readonly Block[]
  /** The place of the next block. */
  next: number
  looking: Looking[]
}

/**
 * Finds the nearest of each query, exactly. Blocks are scanned round and round, each for all searches at once: a search
 * that comes while others are under way begins with the block that is next, and has its answer once it has been around.
 */
export class Rounds {
  readonly #options: RoundsOptions
  /** One for each of the sets of vectors that are being searched. They take turns, a block each. */
  #rounds: Round[] = []
  #later: Later[] = []
  #isRunning = false

  constructor(options: RoundsOptions) {
    this.#options = options
  }

  add(id: number, held: HeldVectors, sought: Sought): void {
    if (this.#later.length > 0) return void this.#later.push({ id, run: () => this.add(id, held, sought) })
    const looking = { id, search: new Search(sought), left: new Set(held.blocks(sought.shelves)) }
    this.#roundOf(held).looking.push(looking)
    if (!this.#isRunning) void this.#run()
  }

  cancel(id: number): void {
    this.#later = this.#later.filter((later) => later.id !== id)
    for (const round of this.#rounds) round.looking = round.looking.filter((each) => each.id !== id)
  }

  /** Change what is held: at once, or when all searches before it are done. */
  change(change: () => void): void {
    if (this.#isRunning) this.#later.push({ run: () => this.change(change) })
    else change()
  }

  #roundOf(held: HeldVectors): Round {
    const present = this.#rounds.find((round) => round.held === held)
    if (present) return present
    const added = { held, blocks: held.all, next: 0, looking: [] }
    this.#rounds.push(added)
    return added
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    for (let round = this.#rounds[0]; round !== undefined; round = this.#rounds[0]) {
      // Others may come or go between two blocks.
      await setImmediate()
      this.#scan(round)
      this.#answer(round)
      this.#rounds = this.#rounds.filter((each) => each !== round)
      if (round.looking.length > 0) this.#rounds.push(round)
    }
    this.#isRunning = false
    for (const { run } of this.#later.splice(0)) run()
  }

  #scan(round: Round): void {
    const block = nextOf(round)
    if (block === undefined) return
    const here = round.looking.filter(({ left }) => left.delete(block))
    try {
      for (const piece of piecesOf(block, here)) {
        const queries = here.map(({ search }) => ({ codes: search.codes, bar: search.barOf(block) }))
        const products = this.#options.multiply(block, queries, piece)
        for (const [n, { search }] of here.entries()) search.take(block, products, n)
      }
    } catch (error) {
      round.looking = round.looking.filter((each) => !here.includes(each))
      for (const { id } of here) this.#options.failed(id, error)
    }
  }

  #answer(round: Round): void {
    for (const { id, search, left } of round.looking) {
      if (left.size === 0) this.#options.found(id, search.finish())
    }
    round.looking = round.looking.filter(({ left }) => left.size > 0)
  }
}

/** Chunks of the first piece for a search that begins. Each next one has as many as all before it. */
const FIRST_PIECE = 4

/**
 * All at once, unless a search begins here: until it has seen some rows, all are listed for it, and looked at by everybody.
 */
function piecesOf({ chunks }: Block, looking: readonly Looking[]): Piece[] {
  if (!looking.some(({ search }) => search.isBeginning)) return [{ from: 0, to: chunks.length }]
  const pieces: Piece[] = []
  for (let from = 0, size = FIRST_PIECE; from < chunks.length; from += size, size = from) {
    pieces.push({ from, to: Math.min(from + size, chunks.length) })
  }
  return pieces
}

/** The next block that anybody has not seen. */
function nextOf(round: Round): Block | undefined {
  for (let tried = 0; tried < round.blocks.length; tried += 1) {
    const block = round.blocks[round.next]
    round.next = (round.next + 1) % round.blocks.length
    if (block !== undefined && round.looking.some(({ left }) => left.has(block))) return block
  }
  return undefined
}
