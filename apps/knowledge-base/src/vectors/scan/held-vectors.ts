import { Block } from './block.ts'
import type { CodeMemory } from './code-memory.ts'
import { DocumentNumbers } from './document-numbers.ts'

export interface HeldRow {
  passage: number
  shelf: number
  document: string
  /** Milliseconds since 1970. */
  changed: number
  vector: Float32Array
}

const BYTES_OF_A_DOCUMENT = 150

/** The vectors of one tenant and model, by shelf: what a caller may not read is never ranked. */
export class HeldVectors {
  readonly dimensions: number
  readonly #shelves = new Map<number, Block[]>()
  readonly #documents = new DocumentNumbers()
  readonly #memory: CodeMemory

  constructor(dimensions: number, memory: CodeMemory) {
    this.dimensions = dimensions
    this.#memory = memory
  }

  get documents(): number {
    return this.#documents.count
  }

  get rows(): number {
    return this.#sum((block) => block.rows)
  }

  get bytes(): number {
    return this.#sum((block) => block.bytes) + this.#documents.end * BYTES_OF_A_DOCUMENT
  }

  /** Blocks of all shelves. */
  get all(): Block[] {
    return [...this.#shelves.values()].flat()
  }

  blocks(shelves: readonly number[]): Block[] {
    return [...new Set(shelves)].flatMap((shelf) => this.#shelves.get(shelf) ?? [])
  }

  add({ passage, shelf, document, changed, vector }: HeldRow): void {
    this.#blockWithRoom(shelf).add(vector, { passage, document: this.#documents.of(document), changed })
  }

  /** Remove all rows of these documents. */
  forget(documents: readonly string[]): void {
    const gone = new Uint8Array(this.#documents.end)
    for (const id of documents) {
      const number = this.#documents.release(id)
      if (number !== undefined) gone[number] = 1
    }
    for (const [shelf, blocks] of this.#shelves) {
      removeRows(blocks, gone)
      if (blocks.length === 0) this.#shelves.delete(shelf)
    }
  }

  #blockWithRoom(shelf: number): Block {
    const blocks = this.#shelves.get(shelf) ?? []
    this.#shelves.set(shelf, blocks)
    const last = blocks.at(-1)
    if (last !== undefined && !last.isFull) return last
    const added = new Block(this.dimensions, this.#memory)
    blocks.push(added)
    return added
  }

  #sum(of: (block: Block) => number): number {
    return this.#shelves
      .values()
      .flatMap((blocks) => blocks.values())
      .reduce((sum, block) => sum + of(block), 0)
  }
}

/** From the end, so that the last row, which fills the gap, is always one that stays. */
function removeRows(blocks: Block[], gone: Uint8Array): void {
  for (const block of blocks.toReversed()) {
    for (let row = block.rows - 1; row >= 0; row -= 1) {
      if (gone[block.documents[row] as number] === 1) removeRow(blocks, block, row)
    }
  }
}

function removeRow(blocks: Block[], block: Block, row: number): void {
  const last = blocks.at(-1)
  if (last === undefined) return
  const final = last.rows - 1
  if (last !== block || row !== final) block.put(row, last.vector(final), last.facts(final))
  last.removeLast()
  if (last.rows === 0) blocks.pop()
}
