import { InvalidError } from '@atoll/errors'

export interface Problem {
  file: string
  /** Counted from 1, the header included. */
  line: number
  reason: string
}

const SHOWN = 100

/** Gathers bad rows: all are counted, the first hundred are kept. */
export class Problems {
  readonly #order: readonly string[]
  readonly #kept: Problem[] = []
  #count = 0

  /** Problems are listed in this order of files; files that are not named come first, by name. */
  constructor(order: readonly string[] = []) {
    this.#order = order
  }

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
      (a, b) => this.#place(a) - this.#place(b) || a.file.localeCompare(b.file) || a.line - b.line,
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

  #place({ file }: Problem): number {
    return this.#order.indexOf(file)
  }
}
