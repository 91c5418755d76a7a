import { LONGEST_TIMER } from './longest-timer.ts'

/** From where a stream that breaks off can be gone on with. */
export interface ResumePoint {
  /** Of the last event that had one; empty where it is not to be gone on with. */
  readonly eventId: string
  /** Milliseconds that the server wants to be left alone before. */
  readonly retry: number | undefined
}

/** `Last-Event-ID`, in the bytes that the server wrote. */
export function lastEventId({ eventId }: ResumePoint): string {
  return Buffer.from(eventId).toString('latin1')
}

const START: ResumePoint = { eventId: '', retry: undefined }

/**
 * Feeds text of a `text/event-stream` body and calls `onData` with the joined data lines of each event (WHATWG HTML,
 * Server-sent events, section 9.2.6); before it, and wherever else nothing of an event is kept, `onRest`: after events
 * without data, and after comments. Names of events do not matter to MCP. `start` is where the stream is gone on with.
 */
export function createEventParser(
  onData: (data: string) => void,
  onRest: (point: ResumePoint) => void = () => {},
  start: ResumePoint = START,
): (text: string) => void {
  // A line that is still growing, in pieces: joining on every chunk would make a 10 MB line quadratic.
  let pieces: string[] = []
  let data: string[] = []
  let point = start
  let { eventId } = start

  const take = (line: string) => {
    if (line === '') {
      const text = data.join('\n')
      data = []
      if (point.eventId !== eventId) point = { ...point, eventId }
      onRest(point)
      // An event without data is none: servers of 2025-11-25 begin a stream with one.
      if (text !== '') onData(text)
    } else if (line.startsWith('data:')) {
      data.push(valueAfter('data', line))
    } else if (line === 'data') {
      data.push('')
    } else if (line.startsWith(':')) {
      if (data.length === 0) onRest(point)
    } else if (line === 'id' || line.startsWith('id:')) {
      const id = valueAfter('id', line)
      // What no header can carry cannot be asked for.
      if (!id.includes('\0')) eventId = /\p{Cc}/u.test(id) ? '' : id
    } else if (/^retry: ?\d+$/.test(line)) {
      point = { ...point, retry: Math.min(Number(valueAfter('retry', line)), LONGEST_TIMER) }
    }
  }

  // Where the text ended with a carriage return a line feed that follows belongs to it.
  let skipsLineFeed = false

  return (text) => {
    if (text === '') return
    pieces.push(skipsLineFeed && text[0] === '\n' ? text.slice(1) : text)
    skipsLineFeed = text.endsWith('\r')
    if (!/[\r\n]/.test(text)) return
    const lines = pieces.join('').split(/\r\n|\n|\r/)
    pieces = [lines.pop() ?? '']
    for (const line of lines) take(line)
  }
}

/** Of a line that gives this field a value. */
function valueAfter(field: string, line: string): string {
  const colon = field.length
  return line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
}
