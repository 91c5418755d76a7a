import type { MetricValueWithName } from 'prom-client'
import type { Collectable, Collected } from './collected.ts'
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
 * A histogram whose series are bound once: observing takes tens of nanoseconds, where prom-client's own
 * validates and hashes the labels on each call.
 */
export class Histogram<Name extends string = string> implements Collectable {
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

  get(): Promise<Collected> {
    return Promise.resolve({
      name: this.name,
      help: this.#help,
      type: 'histogram',
      aggregator: 'sum',
      values: Array.from(this.#series, ({ labels, value }) => this.#lines(labels, value)).flat(),
    })
  }

  #lines(labels: Record<string, string>, series: ObservedSeries): MetricValueWithName<string>[] {
    let count = 0
    const buckets = series.counts.map((each, index) => {
      count += each
      const le = series.bounds[index] ?? '+Inf'
      return { metricName: `${this.name}_bucket`, labels: { ...labels, le }, value: count }
    })
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: series.sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ]
  }
}
