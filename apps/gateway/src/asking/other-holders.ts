import { OutcomeUnknownError, type Result } from '@atoll/client'
import { UnavailableError } from '@atoll/errors'
import { Cancellation } from '@atoll/server-kit'
import type { Redis } from 'ioredis'
import { carriedFailure, failureOf } from './carried-failure.ts'
import type { OpenRequest } from './held-call.ts'
import { type FromHolder, HolderMessage, type Resume, type Resumption } from './holder-message.ts'

type Resumed = (resumption: Resumption, current: OpenRequest) => Promise<Result>

/** The replicas that hold other calls. */
export interface OtherHolders {
  /** What the others know this replica by. */
  readonly self: string
  /**
   * Go on with a call that `holder` holds, as if it were held here. Throws UnavailableError when it cannot be reached,
   * OutcomeUnknownError when it falls silent, and otherwise as the call does.
   */
  resume(holder: string, resumption: Resumption, current: OpenRequest): Promise<Result>
  /** Do the same for the others. */
  serve(resumed: Resumed): void
  close(): void
}

/** Milliseconds between two signs of life, and without one after which the other replica counts as gone. */
const SIGN = 2_000
const SILENCE = 7_000
/** Seconds. */
const AGAIN = 2
const AWAY =
  'The replica of the gateway that asked this cannot be reached right now. Answer again in a moment, or make the call anew.'
const LOST =
  'The replica of the gateway that holds this call fell silent. It may have been carried out: look before you repeat it.'

interface Waiting {
  readonly current: OpenRequest
  readonly outcome: PromiseWithResolvers<Result>
  silence: NodeJS.Timeout
}

/** Through Redis, where each replica of the gateway `name` listens on a channel of its own. */
export class RedisHolders implements OtherHolders {
  readonly self = crypto.randomUUID()
  readonly #redis: Redis
  readonly #subscriber: Redis
  readonly #name: string
  readonly #onError: (error: unknown) => void
  readonly #waiting = new Map<string, Waiting>()
  readonly #serving = new Map<string, Cancellation>()
  #resumed: Resumed | undefined

  constructor(redis: Redis, name: string, onError: (error: unknown) => void) {
    this.#redis = redis
    this.#name = name
    this.#onError = onError
    this.#subscriber = redis.duplicate({ enableOfflineQueue: true, maxRetriesPerRequest: null })
    this.#subscriber.on('error', onError)
    this.#subscriber.on('message', (_channel: string, text: string) => this.#hear(text))
    this.#subscriber.subscribe(this.#channelOf(this.self)).catch(onError)
  }

  serve(resumed: Resumed): void {
    this.#resumed = resumed
  }

  async resume(holder: string, resumption: Resumption, current: OpenRequest): Promise<Result> {
    if (this.#redis.status !== 'ready') throw new UnavailableError(AWAY, { retryAfter: AGAIN })
    const id = crypto.randomUUID()
    const outcome = Promise.withResolvers<Result>()
    const silence = setTimeout(() => outcome.reject(new OutcomeUnknownError(LOST)), SILENCE)
    this.#waiting.set(id, { current, outcome, silence })
    const stop = current.cancellation.onAbort((reason) => {
      void this.#tell(holder, { kind: 'leave', id })
      outcome.reject(reason)
    })
    const { progressToken } = current.meta as Pick<Resume, 'progressToken'>
    const message = { kind: 'resume' as const, id, from: this.self, resumption, progressToken }
    void this.#tell(holder, message).then((heard) => {
      if (heard === 0) outcome.reject(new UnavailableError(AWAY, { retryAfter: AGAIN }))
    })
    try {
      return await outcome.promise
    } finally {
      clearTimeout(silence)
      stop()
      this.#waiting.delete(id)
    }
  }

  close(): void {
    this.#subscriber.disconnect()
  }

  #channelOf(replica: string): string {
    return `atoll:gateway:${this.#name}:held:${replica}`
  }

  /** Resolves to how many heard it; undefined where that is not known. Never rejects. */
  async #tell(replica: string, message: HolderMessage): Promise<number | undefined> {
    try {
      return await this.#redis.publish(this.#channelOf(replica), JSON.stringify(message))
    } catch (error) {
      this.#onError(error)
      return undefined
    }
  }

  #hear(text: string): void {
    try {
      const message = HolderMessage.parse(JSON.parse(text))
      if (message.kind === 'resume') void this.#serve(message)
      else if (message.kind === 'leave') this.#serving.get(message.id)?.abort(new Error('The client left'))
      else this.#take(message)
    } catch (error) {
      this.#onError(error)
    }
  }

  #take(message: FromHolder): void {
    const waiting = this.#waiting.get(message.id)
    if (!waiting) return
    const { current, outcome, silence } = waiting
    silence.refresh()
    if (message.kind === 'notice') current.notify(message.method, message.params)
    else if (message.kind === 'result') outcome.resolve(message.result)
    else if (message.kind === 'failure') outcome.reject(failureOf(message.failure))
  }

  async #serve({ id, from, resumption, progressToken }: Resume): Promise<void> {
    const cancellation = new Cancellation()
    this.#serving.set(id, cancellation)
    const sign = async () => {
      const heard = await this.#tell(from, { kind: 'working', id })
      if (heard === 0) cancellation.abort(new Error('The replica with the client is gone'))
    }
    const signs = setInterval(sign, SIGN)
    const current: OpenRequest = {
      meta: progressToken === undefined ? {} : { progressToken },
      cancellation,
      notify: (method, params) => void this.#tell(from, { kind: 'notice', id, method, params }),
    }
    try {
      if (!this.#resumed) throw new UnavailableError(AWAY, { retryAfter: AGAIN })
      const result = await this.#resumed(resumption, current)
      await this.#tell(from, { kind: 'result', id, result })
    } catch (error) {
      await this.#tell(from, { kind: 'failure', id, failure: carriedFailure(error) })
    } finally {
      clearInterval(signs)
      this.#serving.delete(id)
    }
  }
}
