import {
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IRetryBackoffContext,
  retry,
  wrap,
} from 'cockatiel'
import { EndpointFailure } from './failure.ts'
import { type DelayOptions, delayBefore } from './retry-delay.ts'

export interface ResilienceOptions extends DelayOptions {
  /** Times that a request is sent again at most. None where the service asks for more than the longest delay. */
  retries: number
  /** Failures in a row after which the service is left alone. */
  failures: number
  /** Milliseconds for which it is left alone. */
  pause: number
}

export interface Resilience {
  /** Run `attempt`, again where that may help. Throws EndpointFailure, BrokenCircuitError or the signal's reason. */
  run<Result>(attempt: () => Promise<Result>, signal: AbortSignal): Promise<Result>
}

/** When a request is sent again, and when the service is not asked at all. */
export function createResilience(options: ResilienceOptions): Resilience {
  const { retries, longestDelay, failures, pause } = options
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof EndpointFailure && error.isOfTheService),
    { breaker: new ConsecutiveBreaker(failures), halfOpenAfter: pause },
  )
  const backoff = new DelegateBackoff<IRetryBackoffContext<unknown>>(({ attempt, result }) =>
    delayBefore(attempt, 'error' in result ? result.error : undefined, options),
  )
  const retrying = retry(
    handleWhen(
      (error) =>
        error instanceof EndpointFailure &&
        error.isWorthAnotherTry &&
        (error.retryAfter ?? 0) * 1000 <= longestDelay,
    ),
    { maxAttempts: retries, backoff },
  )
  const policy = wrap(retrying, breaker)

  return { run: (attempt, signal) => untilAborted(policy.execute(attempt, signal), signal) }
}

/** The policies sleep between attempts without listening to the signal. */
function untilAborted<Result>(running: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  running.then(resolve, reject)
  return promise.finally(() => signal.removeEventListener('abort', abort))
}
