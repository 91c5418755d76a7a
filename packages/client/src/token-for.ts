import { onAbort } from './cancellable.ts'
import { TransportFailure } from './failure.ts'
import type { Flight } from './sender.ts'

/** No token could be had for a request. No fault of the server's, so no other instance does better. */
export class NoTokenError extends Error {
  constructor(cause: unknown) {
    super('No token could be had', { cause })
    this.name = 'NoTokenError'
  }
}

type Waiting = Pick<Flight, 'credentials' | 'deadline' | 'options'>

/**
 * The token for one request: at once where the credentials hold one. Waiting for it ends with the request's deadline
 * and with its caller. Throws or rejects with NoTokenError, or TransportFailure before anything was sent.
 */
export function tokenFor(
  { credentials, deadline, options: { signal } }: Waiting,
  options?: { fresh: true },
): string | undefined | Promise<string | undefined> {
  const token = obtain(() => credentials.token(options))
  if (!(token instanceof Promise)) return token
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => settle(() => reject(new TransportFailure('deadline', false))),
      Math.max(0, deadline - performance.now()),
    )
    let stop: (() => void) | undefined
    function settle(end: () => void) {
      clearTimeout(late)
      stop?.()
      end()
    }
    token.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(new NoTokenError(error))),
    )
    // Told at once of a caller who has gone before, and then whoever asks for the token still has to hear how it went.
    stop =
      signal &&
      onAbort(signal, (reason) => settle(() => reject(new TransportFailure('aborted', false, reason))))
  })
}

function obtain<T>(get: () => T): T {
  try {
    return get()
  } catch (error) {
    throw new NoTokenError(error)
  }
}
