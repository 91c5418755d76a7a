import { Readable } from 'node:stream'

/**
 * The body of a request that `inject` puts in, with which `signal` hangs up on the answer: as an error of the body, which
 * ends both at any time. The signal that `inject` takes by itself counts no more once the body was read.
 * Throws its reason where it has aborted already.
 */
export function bodyUntil(signal: AbortSignal, text: string): Readable {
  signal.throwIfAborted()
  // What is destroyed at its end cannot fail afterwards.
  const body = new Readable({ read() {}, autoDestroy: false })
  body.push(text)
  body.push(null)
  signal.addEventListener('abort', () => void body.destroy(signal.reason), { once: true })
  return body
}
