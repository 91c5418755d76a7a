import { collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client'
import type { Collectable } from './collected.ts'
import { Counter } from './counter.ts'
import { Histogram } from './histogram.ts'
import type { Labels } from './series.ts'

export interface Metrics {
  readonly registry: Registry
  /** The `Content-Type` of `metrics()`. */
  readonly contentType: string
  /** `name` without unit suffix rules applied: write `atoll_refusals_total` in full. */
  counter<Name extends string = never>(name: string, help: string, labels?: readonly Name[]): Counter<Name>
  /** Read when Prometheus asks. */
  gauge<Name extends string = never>(
    name: string,
    help: string,
    read: () => number | readonly { labels: Labels<Name>; value: number }[],
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
  let watchesProcess = false
  return {
    registry,
    contentType: registry.contentType,
    counter: (name, help, labels = []) => register(registry, new Counter(name, help, labels)),
    histogram: (name, help, { buckets, labels = [] }) =>
      register(registry, new Histogram(name, help, buckets, labels)),
    gauge(name, help, read, labels = []) {
      const gauge: Gauge<string> = new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers: [registry],
        collect() {
          gauge.reset()
          const now = read()
          if (typeof now === 'number') gauge.set(now)
          else for (const { labels: set, value } of now) gauge.set(defined(set), value)
        },
      })
    },
    metrics() {
      // From the first scrape on: the event loop and GC monitors cost a little, and not everybody scrapes.
      if (!watchesProcess) collectDefaultMetrics({ register: registry })
      watchesProcess = true
      return registry.metrics()
    },
  }
}

// The registry calls nothing but `name` and `get()` of a metric; the class types demand prom-client's own.
function register<T extends Collectable>(registry: Registry, metric: T): T {
  registry.registerMetric(metric as unknown as Metric)
  return metric
}

function defined(labels: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
