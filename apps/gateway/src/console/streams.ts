import type { FastifyReply } from 'fastify'

/** Milliseconds between two signs of life. */
const ALIVE = 15_000
/** Bytes that a browser may be behind before it is let go; it comes back by itself. */
const BEHIND = 1024 * 1024
/** The longest that a timer can wait. */
const LONGEST = 2 ** 31 - 1

/** Server-sent events (WHATWG HTML section 9.2) to all who have the console open. */
export class Streams {
  readonly #open = new Set<() => void>()

  /**
   * Until the browser leaves or falls behind, or `until` has come, in milliseconds since the epoch. `join` is handed the
   * sender and returns how to leave.
   */
  open(
    reply: FastifyReply,
    until: number,
    join: (send: (event: string, data: string) => void) => () => void,
  ) {
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    const leave = join((event, data) => {
      if (raw.writableLength > BEHIND) raw.destroy()
      else raw.write(`event: ${event}\ndata: ${data}\n\n`)
    })
    const end = () => raw.end()
    this.#open.add(end)
    const alive = setInterval(() => raw.write(':\n\n'), ALIVE).unref()
    const ending = setTimeout(end, Math.min(until - Date.now(), LONGEST)).unref()
    raw.once('close', () => {
      this.#open.delete(end)
      clearInterval(alive)
      clearTimeout(ending)
      leave()
    })
  }

  /** A server does not close while one of its responses is open. */
  close(): void {
    for (const end of this.#open) end()
  }
}
