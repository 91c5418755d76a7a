import { InvalidError } from '@atoll/errors'

/** The four files of an import, in the order they are read. */
export const FILES = ['customers.csv', 'products.csv', 'orders.csv', 'order_lines.csv'] as const
export type FileName = (typeof FILES)[number]
const ORDER: readonly string[] = FILES

export interface Problem {
  file: string
  /** Counted from 1, the header included. */
  line: number
  reason: string
}

const SHOWN = 100

/** Gathers bad rows: all are counted, the first hundred are kept. */
export class Problems {
  readonly #kept: Problem[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  add(file: string, line: number, reason: string): void {
    this.#count += 1
    if (this.#kept.length < SHOWN) this.#kept.push({ file, line, reason })
  }

  /** Problems that were counted but not listed one by one. */
  addUnlisted(count: number): void {
    this.#count += count
  }

  /** Throws InvalidError with a line for each problem, when there are any. */
  assertNone(): void {
    if (this.#count === 0) return
    const sorted = this.#kept.toSorted(
      (a, b) => ORDER.indexOf(a.file) - ORDER.indexOf(b.file) || a.line - b.line,
    )
    const rest = this.#count - sorted.length
    throw new InvalidError(
      [
        `Nothing was imported: ${this.#count} bad ${this.#count === 1 ? 'row' : 'rows'}.`,
        ...sorted.map(({ file, line, reason }) => `${file}:${line}: ${reason}`),
        ...(rest > 0 ? [`and ${rest} more`] : []),
      ].join('\n'),
      { details: { count: this.#count, problems: sorted } },
    )
  }
}
