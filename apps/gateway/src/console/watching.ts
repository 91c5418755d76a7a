import type { AuditEvent } from '@atoll/telemetry'

type Send = (event: string, data: string) => void

/** Milliseconds between two pictures of the fleet. */
const EVERY = 1_000

/**
 * Those who have the console open. One picture of the fleet is drawn for all of them each second, and none while nobody
 * looks.
 */
export class Watching {
  readonly #draw: () => unknown
  readonly #watchers = new Map<Send, (event: AuditEvent) => boolean>()
  #timer: NodeJS.Timeout | undefined

  constructor(draw: () => unknown) {
    this.#draw = draw
  }

  get size(): number {
    return this.#watchers.size
  }

  /** `maySee` says which calls are shown. Returns how to leave. */
  join(send: Send, maySee: (event: AuditEvent) => boolean): () => void {
    this.#watchers.set(send, maySee)
    send('fleet', JSON.stringify(this.#draw()))
    this.#timer ??= setInterval(() => this.#tell(), EVERY).unref()
    return () => {
      this.#watchers.delete(send)
      if (this.#watchers.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  /** Something was called or refused. */
  add(event: AuditEvent): void {
    if (this.#watchers.size === 0) return
    let data: string | undefined
    for (const [send, maySee] of this.#watchers) {
      if (!maySee(event)) continue
      data ??= JSON.stringify(event)
      send('call', data)
    }
  }

  #tell(): void {
    const picture = JSON.stringify(this.#draw())
    for (const send of this.#watchers.keys()) send('fleet', picture)
  }
}
