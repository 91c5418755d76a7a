import { type Cancellable, onAbort } from './cancellable.ts'
import { TransportFailure } from './failure.ts'

/** Wait. Throws TransportFailure when called off meanwhile. */
export async function pause(milliseconds: number, cancellable: Cancellable | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  const stop =
    cancellable && onAbort(cancellable, (reason) => reject(new TransportFailure('aborted', false, reason)))
  try {
    await promise
  } finally {
    clearTimeout(timer)
    stop?.()
  }
}
