import type { Dispatcher } from 'undici'
import type { Message } from './exchange.ts'
import { NotOfferedError, TransportFailure } from './failure.ts'
import { refusal } from './refusal.ts'
import { createEventParser, lastEventId, type ResumePoint } from './sse.ts'

export interface GetStreamOptions {
  /** How error messages call the server. */
  readonly name: string
  readonly url: URL
  readonly pool: Dispatcher
  /** Milliseconds until the server must have answered. */
  readonly timeout: number
  /** Bytes of one event at most. */
  readonly maxAnswer: number
}

export interface GetStream {
  /**
   * Resolves when the server ends the stream. Rejects with TransportFailure when it breaks or is left. `onPoint` is told from
   * where another stream can go on with it.
   */
  read(onMessage: (message: Message) => void, onPoint?: (point: ResumePoint) => void): Promise<void>
}

/**
 * The stream on which a 2025-era server speaks by itself in a session (MCP 2025-11-25 streamable HTTP, Listening for Messages
 * from the Server), from `point` on where an earlier one broke. Throws NotOfferedError where there is none, TransportFailure while
 * there is another, else what the refusal stands for.
 */
export async function openStream(
  { name, url, pool, timeout, maxAnswer }: GetStreamOptions,
  { 'content-type': _, ...headers }: Record<string, string>,
  stop: AbortController,
  point?: ResumePoint,
): Promise<GetStream> {
  const late = setTimeout(() => stop.abort(new TransportFailure('deadline', true)), timeout)
  try {
    const stream = await pool.request({
      path: url.pathname + url.search,
      method: 'GET',
      headers: {
        ...headers,
        accept: 'text/event-stream',
        ...(point?.eventId && { 'last-event-id': lastEventId(point) }),
      },
      signal: stop.signal,
    })
    const { statusCode: status } = stream
    if (status === 200)
      return { read: (onMessage, onPoint) => read(stream.body, maxAnswer, onMessage, onPoint, point) }
    await stream.body.dump()
    // It still holds the one that broke, and has not noticed.
    if (status === 409) throw new TransportFailure('broken', true)
    const isRefused = status === 401 || status === 403 || status === 429 || status >= 500
    if (isRefused) throw refusal(name, { status, headers: stream.headers, message: undefined })
    throw new NotOfferedError(`${name} has no stream on which it tells of changes.`)
  } finally {
    clearTimeout(late)
  }
}

async function read(
  body: Dispatcher.ResponseData['body'],
  maxAnswer: number,
  onMessage: (message: Message) => void,
  onPoint: ((point: ResumePoint) => void) | undefined,
  start: ResumePoint | undefined,
): Promise<void> {
  const tell = (message: Message) => {
    try {
      onMessage(message)
    } catch (error) {
      throw new TransportFailure('aborted', true, error)
    }
  }
  /** Bytes since the last whole event or comment. */
  let unread = 0
  const feed = createEventParser(
    (data) => {
      const message: unknown = JSON.parse(data)
      if (typeof message === 'object' && message !== null && !Array.isArray(message)) tell(message)
    },
    (point) => {
      unread = 0
      onPoint?.(point)
    },
    start,
  )
  try {
    for await (const chunk of body.setEncoding('utf8')) {
      unread += Buffer.byteLength(String(chunk))
      feed(String(chunk))
      if (unread > maxAnswer) throw new TransportFailure('too-large', true)
    }
  } catch (error) {
    if (error instanceof TransportFailure) throw error
    throw new TransportFailure(error instanceof SyntaxError ? 'malformed' : 'broken', true, error)
  }
}
