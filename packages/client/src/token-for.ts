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

/** What no header may hold (RFC 9110 section 5.5). */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/

/** The token, if a header can hold it. Throws NoTokenError. */
export function sendable(token: string | undefined): string | undefined {
  if (token === undefined || !UNSENDABLE.test(token)) return token
  // It does not say more, because it may be shown and the token may not.
  throw new NoTokenError(
    new TypeError(
      'The token cannot be sent: it has a line break, or another character that no header may have.',
    ),
  )
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
  if (!(token instanceof Promise)) return sendable(token)
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
    token.then(sendable).then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error instanceof NoTokenError ? error : new NoTokenError(error))),
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
