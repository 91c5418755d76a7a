import type { AuditEvent } from '@atoll/telemetry'

/** What went to one server of late, a second each, oldest first. */
export interface TrafficView {
  readonly calls: readonly number[]
  readonly errors: readonly number[]
  /** Milliseconds, the mean of the calls of that second; 0 where there were none. */
  readonly latency: readonly number[]
}

/** Seconds that are kept. */
const KEPT = 60

interface Second {
  readonly at: number
  calls: number
  errors: number
  total: number
}

const FAILED = new Set(['error', 'timeout', 'tool_error'])

/** Counts calls by server and second, as they are audited on this replica. */
export class Traffic {
  readonly #servers = new Map<string, Second[]>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  add({ server, outcome, durationMs, event }: AuditEvent): void {
    if (event !== 'call') return
    const second = this.#current(server)
    second.calls++
    second.total += durationMs
    if (FAILED.has(outcome)) second.errors++
  }

  of(server: string): TrafficView {
    const now = Math.floor(this.#now() / 1000)
    const known = new Map(this.#servers.get(server)?.map((second) => [second.at, second]))
    const seconds = Array.from({ length: KEPT }, (_, index) => known.get(now - KEPT + 1 + index))
    return {
      calls: seconds.map((second) => second?.calls ?? 0),
      errors: seconds.map((second) => second?.errors ?? 0),
      latency: seconds.map((second) => (second ? Math.round((second.total / second.calls) * 10) / 10 : 0)),
    }
  }

  #current(server: string): Second {
    const at = Math.floor(this.#now() / 1000)
    const seconds = this.#servers.get(server) ?? []
    const last = seconds.at(-1)
    if (last?.at === at) return last
    const next = { at, calls: 0, errors: 0, total: 0 }
    this.#servers.set(server, [...seconds.filter((second) => second.at > at - KEPT), next])
    return next
  }
}
