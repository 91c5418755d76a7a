import type { FastifyReply } from 'fastify'

/** Milliseconds between two signs of life. */
const ALIVE = 15_000
/** Milliseconds that a browser has to read what it was sent before the end. */
const FAREWELL = 5_000
/** Bytes that a browser may be behind before it is let go; it comes back by itself. */
const BEHIND = 1024 * 1024
/** The longest that a timer can wait. */
const LONGEST = 2 ** 31 - 1

/** Server-sent events (WHATWG HTML section 9.2) to all who have the console open. */
export class Streams {
  readonly #open = new Set<() => void>()
  readonly #farewell: number

  constructor({ farewell = FAREWELL } = {}) {
    this.#farewell = farewell
  }

  /**
   * Until the browser leaves or falls behind, or `until` has come, in milliseconds since the epoch. `join` is handed
   * how to send and how to end it, and returns how to leave.
   */
  open(
    reply: FastifyReply,
    until: number,
    join: (send: (event: string, data: string) => void, end: () => void) => () => void,
  ) {
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    const write = (text: string) => {
      // Until a browser has read the end its response is open, and writing to it would be an error that nobody handles.
      if (raw.writableEnded) return
      if (raw.writableLength > BEHIND) raw.destroy()
      else raw.write(text)
    }
    const alive = setInterval(() => write(':\n\n'), ALIVE).unref()
    let isOver = false
    const stop = () => {
      if (isOver) return
      isOver = true
      this.#open.delete(end)
      clearInterval(alive)
      clearTimeout(ending)
      leave()
    }
    const end = () => {
      stop()
      raw.end()
      const late = setTimeout(() => raw.destroy(), this.#farewell).unref()
      raw.once('close', () => clearTimeout(late))
    }
    const ending = setTimeout(end, Math.min(until - Date.now(), LONGEST)).unref()
    this.#open.add(end)
    raw.once('close', stop)
    const leave = join((event, data) => write(`event: ${event}\ndata: ${data}\n\n`), end)
  }

  /** A server does not close while one of its responses is open. */
  close(): void {
    for (const end of this.#open) end()
  }
}
