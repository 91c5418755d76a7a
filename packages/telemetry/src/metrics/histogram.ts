import { type Labels, SeriesTable } from './series.ts'

/** The observations of one label set. */
export class ObservedSeries {
  readonly bounds: readonly number[]
  /** How many fell into each bucket; the last is above every bound. */
  readonly counts: number[]
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Array(bounds.length + 1).fill(0)
  }

  observe(value: number): void {
    const { bounds, counts } = this
    let index = 0
    while (index < bounds.length && value > (bounds[index] as number)) index++
    counts[index] = (counts[index] as number) + 1
    this.sum += value
  }
}

/**
 * A histogram whose series are bound once: observing takes tens of nanoseconds and a scrape of thousands of
 * series milliseconds, where prom-client's own takes tens of times as long.
 */
export class Histogram<Name extends string = string> {
  readonly name: string
  readonly #help: string
  readonly #series: SeriesTable<Name, ObservedSeries>

  constructor(name: string, help: string, bounds: readonly number[], labels: readonly Name[]) {
    this.name = name
    this.#help = help
    this.#series = new SeriesTable(labels, () => new ObservedSeries(bounds))
  }

  /** The series of a label set; keep it where the labels are known at start. */
  with(labels: Labels<Name>): ObservedSeries {
    return this.#series.get(labels)
  }

  observe(labels: Labels<Name>, value: number): void {
    this.#series.get(labels).observe(value)
  }

  /** In the Prometheus text format. */
  expose(): string {
    const lines = [`# HELP ${this.name} ${this.#help}`, `# TYPE ${this.name} histogram`]
    for (const { labels, value } of this.#series) this.#write(lines, labels, value)
    return `${lines.join('\n')}\n`
  }

  #write(lines: string[], labels: string, { bounds, counts, sum }: ObservedSeries): void {
    const { name } = this
    const lead = labels === '' ? '' : `${labels},`
    const set = labels === '' ? '' : `{${labels}}`
    let count = 0
    for (const [index, each] of counts.entries()) {
      count += each
      lines.push(`${name}_bucket{${lead}le="${bounds[index] ?? '+Inf'}"} ${count}`)
    }
    lines.push(`${name}_sum${set} ${sum}`, `${name}_count${set} ${count}`)
  }
}
