import { Response } from 'undici'

export interface Longest {
  readonly bytes: number
  /** Of an event stream. */
  readonly lines: number
}

const NEWLINE = 10

/** A response whose body fails once it is longer than that, of which `onLonger` is told; the rest is not read. */
export function noLongerThan(
  longest: Longest,
  { body, status, statusText, headers }: Response,
  onLonger: (reason: RangeError) => void,
): Response {
  const lines = headers.get('content-type')?.startsWith('text/event-stream')
    ? longest.lines
    : Number.POSITIVE_INFINITY
  const most = { ...longest, lines }
  return new Response(body && counted(most, body, onLonger), { status, statusText, headers })
}

async function* counted(
  most: Longest,
  body: AsyncIterable<Uint8Array>,
  onLonger: (reason: RangeError) => void,
): AsyncIterable<Uint8Array> {
  let [bytes, lines] = [0, 0]
  for await (const chunk of body) {
    bytes += chunk.byteLength
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1
    if (bytes > most.bytes || lines > most.lines) {
      const limit = bytes > most.bytes ? `${most.bytes} bytes` : `${most.lines} lines`
      const reason = new RangeError(`The answer is longer than ${limit}`)
      onLonger(reason)
      throw reason
    }
    yield chunk
  }
}
