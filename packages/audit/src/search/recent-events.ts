import type { AuditEvent } from '@atoll/telemetry'

/** What was recorded a moment ago, for those who watch. */
export interface RecentEvents {
  /** Newest first. */
  latest(limit?: number): readonly AuditEvent[]
  /** Hear of every event from now on, until the result is called. Must not take long. */
  subscribe(listener: (event: AuditEvent) => void): () => void
}

const KEPT = 500

/** Keeps the last events in a ring; `add` costs next to nothing while nobody listens. */
export class RecentRing implements RecentEvents {
  readonly #ring: AuditEvent[] = []
  #next = 0
  #total = 0
  readonly #listeners = new Set<(event: AuditEvent) => void>()

  add(event: AuditEvent): void {
    this.#ring[this.#next] = event
    this.#total += 1
    this.#next = (this.#next + 1) % KEPT
    for (const listener of this.#listeners) listener(event)
  }

  /** Events so far, those that are gone included. */
  get total(): number {
    return this.#total
  }

  latest(limit = KEPT): readonly AuditEvent[] {
    const inOrder = [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)]
    return inOrder.reverse().slice(0, limit)
  }

  subscribe(listener: (event: AuditEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
