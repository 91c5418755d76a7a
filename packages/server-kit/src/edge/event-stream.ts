import type { FastifyReply } from 'fastify'

const KEEP_ALIVE = 15_000
/** Bytes that may wait for a slow reader. */
const MOST_WAITING = 4 * 1024 * 1024

/** A `text/event-stream` response (WHATWG HTML, Server-sent events) that keeps idle connections open. */
export class EventStream {
  readonly #reply: FastifyReply
  readonly #timer: NodeJS.Timeout

  /** Takes the response over from Fastify, keeping the headers set so far. */
  constructor(reply: FastifyReply) {
    this.#reply = reply
    reply.hijack()
    const { raw } = reply
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value)
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
    raw.flushHeaders()
    this.#timer = setInterval(() => raw.write(': keep-alive\n\n'), KEEP_ALIVE).unref()
    raw.on('close', () => clearInterval(this.#timer))
  }

  /** One JSON-RPC message, already serialised. A client that does not read loses its connection. */
  send(json: string): void {
    const { raw } = this.#reply
    if (raw.writableEnded || raw.destroyed) return
    if (raw.writableLength > MOST_WAITING) raw.destroy()
    else raw.write(`event: message\ndata: ${json}\n\n`)
  }

  /** With `patience`, in milliseconds, a client that has not read everything by then loses its connection. */
  end(patience?: number): void {
    clearInterval(this.#timer)
    const { raw } = this.#reply
    raw.end()
    if (patience === undefined || raw.destroyed) return
    const late = setTimeout(() => raw.destroy(), patience).unref()
    raw.on('close', () => clearTimeout(late))
  }
}
