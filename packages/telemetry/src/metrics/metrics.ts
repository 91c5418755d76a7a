import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { Counter } from './counter.ts'
import { Histogram } from './histogram.ts'
import type { Labels } from './series.ts'

/** One value, or one for each set of labels. */
export type Reading<Name extends string> = number | readonly { labels: Labels<Name>; value: number }[]

export interface Metrics {
  /** For metrics made with prom-client itself. */
  readonly registry: Registry
  /** The `Content-Type` of `metrics()`. */
  readonly contentType: string
  /** `name` in full, as Prometheus wants it: `atoll_refusals_total`. Throws a TypeError when it is taken. */
  counter<Name extends string = never>(name: string, help: string, labels?: readonly Name[]): Counter<Name>
  /** Read when Prometheus asks, which waits for what is not known yet. */
  gauge<Name extends string = never>(
    name: string,
    help: string,
    read: () => Reading<Name> | Promise<Reading<Name>>,
    labels?: readonly Name[],
  ): void
  histogram<Name extends string = never>(
    name: string,
    help: string,
    options: { buckets: readonly number[]; labels?: readonly Name[] },
  ): Histogram<Name>
  /** The Prometheus text exposition of everything, the process included. */
  metrics(): Promise<string>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const own = new Map<string, { readonly name: string; expose(): string }>()
  let watchesProcess = false

  function add<M extends { readonly name: string; expose(): string }>(metric: M): M {
    if (own.has(metric.name)) throw new TypeError(`Two metrics are called "${metric.name}"`)
    own.set(metric.name, metric)
    return metric
  }

  return {
    registry,
    contentType: registry.contentType,
    counter: (name, help, labels = []) => add(new Counter(name, help, labels)),
    histogram: (name, help, { buckets, labels = [] }) => add(new Histogram(name, help, buckets, labels)),
    gauge(name, help, read, labels = []) {
      const gauge: Gauge<string> = new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers: [registry],
        async collect() {
          const now = await read()
          gauge.reset()
          if (typeof now === 'number') gauge.set(now)
          else for (const { labels: set, value } of now) gauge.set(defined(set), value)
        },
      })
    },
    async metrics() {
      // From the first scrape on: the event loop and GC monitors cost a little, and not everybody scrapes.
      if (!watchesProcess) collectDefaultMetrics({ register: registry })
      watchesProcess = true
      const others = await registry.metrics()
      return [...Array.from(own.values(), (metric) => metric.expose()), others].join('\n')
    },
  }
}

function defined(labels: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
