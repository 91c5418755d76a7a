import { type Labels, SeriesTable } from './series.ts'

export class CountedSeries {
  total = 0
  inc(by = 1): void {
    this.total += by
  }
}

/** A counter whose series are plain numbers, read when Prometheus asks. */
export class Counter<Name extends string = string> {
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

  /** In the Prometheus text format. */
  expose(): string {
    const lines = [`# HELP ${this.name} ${this.#help}`, `# TYPE ${this.name} counter`]
    for (const { labels, value } of this.#series) {
      lines.push(`${this.name}${labels === '' ? '' : `{${labels}}`} ${value.total}`)
    }
    return `${lines.join('\n')}\n`
  }
}
