import type { Collectable, Collected } from './collected.ts'
import { type Labels, SeriesTable } from './series.ts'

export class CountedSeries {
  total = 0
  inc(by = 1): void {
    this.total += by
  }
}

/** A counter whose series are plain numbers, read when Prometheus asks. */
export class Counter<Name extends string = string> implements Collectable {
  readonly name: string
  readonly #help: string
  readonly #series: SeriesTable<Name, CountedSeries>

  constructor(name: string, help: string, labels: readonly Name[]) {
    this.name = name
    this.#help = help
    this.#series = new SeriesTable(labels, () => new CountedSeries())
    if (labels.length === 0) this.#series.get({})
  }

  /** The series of a label set. Keep it where the labels are known at start: `inc` on it costs nothing. */
  with(labels: Labels<Name>): CountedSeries {
    return this.#series.get(labels)
  }

  inc(labels: Labels<Name>, by = 1): void {
    this.#series.get(labels).inc(by)
  }

  get(): Promise<Collected> {
    return Promise.resolve({
      name: this.name,
      help: this.#help,
      type: 'counter',
      aggregator: 'sum',
      values: Array.from(this.#series, ({ labels, value }) => ({ labels, value: value.total })),
    })
  }
}
