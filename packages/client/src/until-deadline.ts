import { type Cancellable, onAbort } from './cancellable.ts'
import { TransportFailure } from './failure.ts'
import { LONGEST_TIMER } from './longest-timer.ts'

/**
 * Wait for what others may wait for too, and goes on without us. Throws TransportFailure at the deadline (milliseconds
 * of the monotonic clock), and when called off.
 */
export function untilDeadline<T>(
  work: Promise<T>,
  deadline: number,
  cancellable: Cancellable | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new TransportFailure('deadline', false))
    const left = Math.max(0, deadline - performance.now())
    const timer = setTimeout(late, Math.min(left, LONGEST_TIMER))
    const stop =
      cancellable && onAbort(cancellable, (reason) => reject(new TransportFailure('aborted', false, reason)))
    const done = () => {
      clearTimeout(timer)
      stop?.()
    }
    work.finally(done).then(resolve, reject)
  })
}
