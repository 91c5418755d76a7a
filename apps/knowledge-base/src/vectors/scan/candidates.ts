import type { Block } from './block.ts'

export interface Candidate {
  block: Block
  row: number
  /** The most that its similarity can be. */
  most: number
}

/** Rows that may belong to the best. Most do for a moment only, so that they are columns rather than objects. */
export class Candidates {
  readonly #blocks: Block[] = []
  /** Where each block's rows begin. */
  readonly #starts: number[] = []
  readonly #rows: number[] = []
  readonly #mosts: number[] = []

  /** Rows that are added from now on are of this block. */
  from(block: Block): void {
    this.#blocks.push(block)
    this.#starts.push(this.#rows.length)
  }

  add(row: number, most: number): void {
    this.#rows.push(row)
    this.#mosts.push(most)
  }

  /** Those that can be as near as `bar`, the most promising first. */
  above(bar: number): Candidate[] {
    const found: Candidate[] = []
    for (const [index, block] of this.#blocks.entries()) {
      const end = this.#starts[index + 1] ?? this.#rows.length
      // Places are below the end, and so within both columns.
      for (let place = this.#starts[index] as number; place < end; place += 1) {
        const most = this.#mosts[place] as number
        if (most >= bar) found.push({ block, row: this.#rows[place] as number, most })
      }
    }
    return found.sort((a, b) => b.most - a.most)
  }
}
