import type { Logger } from '@atoll/telemetry'
import { findEnd } from '../file/find-end.ts'
import { listSegments } from '../file/list-segments.ts'
import { lockWriter } from '../file/writer-lock.ts'
import { Delivery } from './delivery.ts'
import type { Sink } from './sink.ts'

export interface DeliveriesOptions {
  readonly folder: string
  /** Made once for each chain, as each has its own place in it. */
  readonly sinks: readonly (() => Sink)[]
  readonly logger: Logger
}

/** Brings the chain that this process writes, and those that nobody writes any more, to all other places. */
export class Deliveries {
  readonly #options: DeliveriesOptions
  #own: readonly Delivery[] = []
  readonly #left: Delivery[] = []
  readonly #releases: (() => void)[] = []

  constructor(options: DeliveriesOptions) {
    this.#options = options
  }

  /** Those of the chain that this process writes. */
  get own(): readonly Delivery[] {
    return this.#own
  }

  /** The last record that arrived everywhere. */
  get delivered(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#own.map(({ delivered }) => delivered))
  }

  /** Rejects with the system's error. */
  async start(writer: string): Promise<void> {
    const { folder, sinks } = this.#options
    if (sinks.length === 0) return
    this.#own = this.#of(writer)
    for (const [other, segments] of await listSegments(folder)) {
      const release = other === writer ? undefined : await lockWriter(folder, other)
      const last = segments.at(-1)
      if (!release || !last) continue
      this.#releases.push(release)
      const { last: end } = await findEnd(last.path)
      for (const delivery of this.#of(other)) {
        this.#left.push(delivery)
        delivery.wake(end?.seq ?? 0)
      }
    }
  }

  wake(newest: number): void {
    for (const delivery of this.#own) delivery.wake(newest)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#own, ...this.#left].map((delivery) => delivery.close()))
    for (const release of this.#releases) release()
  }

  #of(writer: string): readonly Delivery[] {
    const { folder, sinks, logger } = this.#options
    return sinks.map((make) => new Delivery({ folder, sink: make(), logger, writer: () => writer }))
  }
}
