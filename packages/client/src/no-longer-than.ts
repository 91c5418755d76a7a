import { Response } from 'undici'

/** A response whose body fails once it is longer than so many bytes; the rest is not read. */
export function noLongerThan(most: number, { body, status, statusText, headers }: Response): Response {
  return new Response(body && counted(most, body), { status, statusText, headers })
}

async function* counted(most: number, body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > most) throw new RangeError(`The answer is longer than ${most} bytes`)
    yield chunk
  }
}
