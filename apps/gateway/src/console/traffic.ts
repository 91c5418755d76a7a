import type { AuditEvent } from '@atoll/telemetry'
import { verdictOf } from './verdict.ts'

/** What went to one server of late, a second each, oldest first. */
export interface TrafficView {
  /** All but those that were refused before they got there. */
  readonly calls: readonly number[]
  /** Those of them that the server, or the way to it, failed. */
  readonly failed: readonly number[]
  /** Those of them that were answered with a no. */
  readonly declined: readonly number[]
  readonly refused: readonly number[]
  /** Milliseconds, the mean of the calls of that second; 0 where there were none. */
  readonly latency: readonly number[]
}

/** Seconds that are kept. */
const KEPT = 60

interface Second {
  readonly at: number
  calls: number
  failed: number
  declined: number
  refused: number
  /** Milliseconds of all its calls. */
  total: number
}

/** What goes to servers; the audit tells of other things, too. */
const KINDS: ReadonlySet<string> = new Set(['tool', 'resource', 'prompt', 'completion', 'task'])

/** Counts calls by server and second, as they are audited on this replica. */
export class Traffic {
  readonly #servers = new Map<string, Second[]>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  add(event: AuditEvent): void {
    const { server, kind, durationMs } = event
    if (!KINDS.has(kind)) return
    const second = this.#current(server)
    const verdict = verdictOf(event)
    if (verdict !== 'answered') second[verdict]++
    if (verdict === 'refused') return
    second.calls++
    second.total += durationMs
  }

  of(server: string): TrafficView {
    const now = Math.floor(this.#now() / 1000)
    const known = new Map(this.#servers.get(server)?.map((second) => [second.at, second]))
    const seconds = Array.from({ length: KEPT }, (_, index) => known.get(now - KEPT + 1 + index))
    const all = (key: 'calls' | 'failed' | 'declined' | 'refused') =>
      seconds.map((second) => second?.[key] ?? 0)
    return {
      ...{ calls: all('calls'), failed: all('failed'), declined: all('declined'), refused: all('refused') },
      latency: seconds.map((second) =>
        second && second.calls > 0 ? Math.round((second.total / second.calls) * 10) / 10 : 0,
      ),
    }
  }

  #current(server: string): Second {
    const at = Math.floor(this.#now() / 1000)
    const seconds = this.#servers.get(server) ?? []
    const last = seconds.at(-1)
    if (last?.at === at) return last
    const next = { at, calls: 0, failed: 0, declined: 0, refused: 0, total: 0 }
    this.#servers.set(server, [...seconds.filter((second) => second.at > at - KEPT), next])
    return next
  }
}
