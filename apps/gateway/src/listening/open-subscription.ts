import type { Client, Params } from '@atoll/client'
import { TimeoutError, UnavailableError } from '@atoll/errors'
import { type SubscriptionFilter, TASKS_CAPABILITY } from '@atoll/server-kit'
import type { CallerCredentials, OwnCredentials } from '../outbound.ts'
import { intersection } from './filter.ts'

export interface SubscriptionOptions {
  readonly client: Pick<Client, 'name' | 'listen'>
  readonly filter: SubscriptionFilter
  /** Of whom it is about: a caller, or the gateway itself for what everybody may hear. */
  readonly credentials: CallerCredentials | OwnCredentials
  /** Milliseconds until the server must have acknowledged. */
  readonly timeout: number
  onNotification(method: string, params: Params): void
}

/** A subscription that a server has acknowledged. */
export interface OpenSubscription {
  readonly acknowledged: SubscriptionFilter
  /** Resolves when it has ended, however that came. */
  readonly ended: Promise<void>
  close(): void
}

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'

/** Resolves once the server has said what it will tell of. Rejects like `Client.listen`. */
export function openSubscription(options: SubscriptionOptions): Promise<OpenSubscription> {
  const { client, filter, credentials, timeout } = options
  const stop = new AbortController()
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => stop.abort(new TimeoutError(`${client.name} did not acknowledge a subscription in time.`)),
      timeout,
    )
    const listening = client.listen(
      { ...filter },
      {
        signal: stop.signal,
        credentials,
        ...(filter.taskIds && { capabilities: { extensions: TASKS_CAPABILITY } }),
        onNotification(method, params) {
          if (stop.signal.aborted) return
          if (method !== ACKNOWLEDGED) {
            options.onNotification(method, params)
            return
          }
          clearTimeout(late)
          resolve({
            acknowledged: intersection(filter, filterOf(params)),
            ended: listening.catch(() => undefined),
            close: () => stop.abort(new Error('Nobody listens any more')),
          })
        },
      },
    )
    listening
      .then(() => {
        throw new UnavailableError(`${client.name} ended a subscription before it began.`)
      })
      .catch(reject)
      .finally(() => clearTimeout(late))
  })
}

function filterOf({ notifications }: Params): SubscriptionFilter {
  return typeof notifications === 'object' && notifications !== null ? notifications : {}
}
