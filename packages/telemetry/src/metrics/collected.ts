import type { MetricValue, MetricValueWithName } from 'prom-client'

/** What a scrape takes from a metric; prom-client's registry asks for nothing else. */
export interface Collected {
  name: string
  help: string
  type: 'counter' | 'histogram'
  aggregator: 'sum'
  values: (MetricValue<string> | MetricValueWithName<string>)[]
}

export interface Collectable {
  readonly name: string
  get(): Promise<Collected>
}
