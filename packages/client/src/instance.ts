import type { Pool } from 'undici'
import {
  isUnreachable,
  tookNoConnection,
  wasGivenUp,
  wasNotInTime,
  weighFailure,
  withoutBlame,
} from './blame.ts'
import type { Credentials } from './credentials.ts'
import type { Discovery } from './discovery.ts'
import { RpcError, TransportFailure } from './failure.ts'
import { type BreakerState, Guard } from './guard.ts'
import { Handshakes } from './handshakes.ts'
import { Latency } from './latency.ts'
import type { ListenOptions, Params, Result } from './options.ts'
import { createPool, POOL, type PoolOptions } from './pool.ts'
import { MOST_WAITING, type Place, thinkingOutside } from './room.ts'
import { type Flight, Sender } from './sender.ts'
import { followSession } from './session-stream.ts'

export interface InstanceOptions {
  readonly name: string
  readonly url: URL
  readonly info: { name: string; version: string }
  readonly credentials: Credentials
  /** Milliseconds for a handshake. */
  readonly timeout: number
  /** Milliseconds of a probe after which it is slow. */
  readonly slowAfter: number
  readonly rememberFor: number
  readonly pool: PoolOptions
  /** Requests at once. */
  readonly capacity: number
  /** Milliseconds for which it is left alone when it failed too often. */
  readonly breakFor: number
  /** Told when its circuit breaker opens or closes. */
  onBreaker(instance: Instance): void
  /** Told when its health is not what it was, with the reason where there is one. */
  onHealth(instance: Instance, error?: unknown): void
  /** Told when a request could not be sent to it, or broke off there. */
  onUnreachable(instance: Instance): void
}

/**
 * What the last probe found. `degraded` answers, but slowly: it is called, and left out of what asks everybody.
 * `unhealthy` is only called where there is nothing better.
 */
export type InstanceHealth = 'unknown' | 'healthy' | 'degraded' | 'unhealthy'

/** Milliseconds for which an instance that took no connection is passed over, until a probe or a call succeeds. */
const REST_AFTER_FAILURE = 1_000
/** Streams without an end that one instance is held open for us. */
const MAX_STREAMS = 1024
/** Connections beside those of requests, so that a look gets through when all are taken. */
const SPARE_CONNECTIONS = 8

/** One process of a server: its connections, what it speaks, how busy and how well it is. */
export class Instance {
  readonly url: URL
  readonly #options: InstanceOptions
  readonly #pool: Pool
  readonly #handshakes: Handshakes
  readonly #sender: Sender
  readonly #latency = new Latency()
  readonly #guard: Guard
  /** Streams would exhaust the limits that are right for answers. */
  #listening: { pool: Pool; sender: Sender } | undefined
  /** What servers ask about calls in flight comes here, so it stays open as long as those. */
  #asking: Pool | undefined
  #inFlight = 0
  #restsUntil = 0
  #health: InstanceHealth = 'unknown'
  #probing: Promise<Discovery> | undefined
  #discovery: Discovery | undefined
  #retired: PromiseWithResolvers<void> | undefined
  #isGone = false
  /** Takes no new requests, because it said that it stops. */
  isDraining = false
  /** Its share of the requests beside the others'. */
  weight = 1

  constructor(options: InstanceOptions) {
    const { url, info, credentials, timeout, rememberFor, capacity, breakFor } = options
    this.#options = options
    this.url = url
    this.#pool = createPool(url, {
      connections: capacity + MOST_WAITING + SPARE_CONNECTIONS,
      ...options.pool,
    })
    this.#guard = new Guard({
      capacity,
      opensFor: breakFor,
      weigh: weighFailure,
      onChange: () => options.onBreaker(this),
    })
    this.#handshakes = new Handshakes({ url, pool: this.#pool, info, credentials, timeout, rememberFor })
    this.#sender = this.#openSender(this.#pool)
  }

  get health(): InstanceHealth {
    return this.#health
  }
  /** Requests that wait for its answer. */
  get inFlight(): number {
    return this.#inFlight
  }
  /** Milliseconds that it takes to answer, of late; 0 when it is not known. */
  get latency(): number {
    return this.#latency.value
  }
  /** What it said of itself when it was last asked. */
  get discovery(): Discovery | undefined {
    return this.#discovery
  }
  /** Took no connection a moment ago. */
  get isResting(): boolean {
    return this.#restsUntil !== 0 && this.#restsUntil > performance.now()
  }

  /** `open`: it failed too often and is left alone. `half-open`: one request may try. */
  get breaker(): BreakerState {
    return this.#guard.state
  }
  /** What opened the breaker last. */
  get breakReason(): unknown {
    return this.#guard.reason
  }
  /** Takes no request now: its breaker is open, or it has as many as it may have. */
  get isShut(): boolean {
    return this.#guard.isOpen || this.#guard.isFull
  }

  /** Throws what `Sender` throws, and TransportFailure where it is shut. */
  async attempt(flight: Flight): Promise<Result> {
    const start = performance.now()
    const { isSteady, isHurried } = flight.options
    let place: Place | undefined
    const took = () => performance.now() - start - (place?.waited ?? 0)
    // What is asked in the background is bounded by itself, and has to find out that it works again.
    if (!isSteady && this.isShut) throw new TransportFailure(this.#guard.isOpen ? 'shut' : 'full', false)
    this.#inFlight++
    try {
      const sending = isSteady
        ? this.#sender.attempt(flight)
        : this.#guard.run((its) => {
            place = its
            const sent = this.#sender.attempt(this.#heedingQuestions(flight, its))
            return isHurried ? sent.catch(withoutBlame) : sent
          })
      const result = await sending
      // What is asked of one alone says nothing of how it compares.
      if (!isSteady) this.#latency.add(took())
      this.#restsUntil = 0
      return result
    } catch (thrown) {
      const error = wasNotInTime(thrown, flight.deadline)
        ? new TransportFailure('connect', false, thrown)
        : thrown
      if (wasGivenUp(error)) this.#latency.addAtLeast(took())
      if (isUnreachable(error)) {
        this.#restsUntil = performance.now() + REST_AFTER_FAILURE
        this.#options.onUnreachable(this)
      }
      throw error
    } finally {
      this.#inFlight--
      if (this.#inFlight === 0) this.#retired?.resolve()
    }
  }

  /** A request whose answer is a stream without an end. It does not count as in flight. */
  async listen(notifications: Params, flight: Flight & { readonly options: ListenOptions }): Promise<void> {
    const { name, url, info, timeout } = this.#options
    if (!this.#listening) {
      const pool = this.#openStreams()
      this.#listening = { pool, sender: this.#openSender(pool) }
    }
    const { pool, sender } = this.#listening
    const { credentials, options: listen } = flight
    const maxAnswer = this.#maxAnswer
    const { era } = await this.discover()
    if (era === 'modern') await sender.attempt(flight)
    else
      await followSession({
        ...{ name, url, pool, info, credentials, timeout, maxAnswer },
        notifications,
        listen,
      })
  }

  /** Within the time of a handshake. */
  discover(): Promise<Discovery> {
    return this.#handshakes.get(this.#options.credentials)
  }

  /**
   * Ask in MCP how it is: `server/discover`, or `ping` where it is known to speak the 2025 era. One probe at a
   * time. Rejects when it is unhealthy.
   */
  probe(timeout: number): Promise<Discovery> {
    this.#probing ??= this.#probe(timeout).finally(() => {
      this.#probing = undefined
    })
    return this.#probing
  }

  /** Let what is in flight end, then close the connections. Resolves when that is done. */
  async retire(): Promise<void> {
    this.isDraining = true
    this.#isGone = true
    await this.#listening?.pool.destroy()
    if (this.#inFlight > 0) {
      this.#retired ??= Promise.withResolvers()
      await this.#retired.promise
    }
    await this.close()
  }

  async close(): Promise<void> {
    this.#isGone = true
    await this.#handshakes.close()
    this.#sender.close()
    await Promise.all([this.#pool, this.#listening?.pool, this.#asking].map((pool) => pool?.destroy()))
  }

  /** Whoever asks works, and a person may take minutes to answer, in which no other request could try or come in. */
  #heedingQuestions(flight: Flight, place: Place): Flight {
    const { onRequest } = flight.options
    if (!onRequest) return flight
    let isTrial = this.#guard.state !== 'closed'
    const hear: typeof onRequest = (method, params) => {
      if (isTrial) this.#guard.reset()
      isTrial = false
      return onRequest(method, params)
    }
    return { ...flight, options: thinkingOutside({ ...flight.options, onRequest: hear }, place) }
  }

  async #probe(timeout: number): Promise<Discovery> {
    const start = performance.now()
    // Whoever has not answered by then is slow, whatever the answer; of a newcomer not even that is known.
    const late = setTimeout(() => {
      if (this.#health === 'healthy') this.#become('degraded')
    }, this.#options.slowAfter).unref()
    try {
      this.#discovery = await this.#ask(timeout)
    } catch (error) {
      this.#become('unhealthy', error)
      throw error
    } finally {
      clearTimeout(late)
    }
    this.#restsUntil = 0
    // It takes connections again; whether it ends what is asked of it, only a call can show.
    if (tookNoConnection(this.#guard.reason)) this.#guard.reset()
    this.#become(this.#judge(performance.now() - start))
    return this.#discovery
  }

  async #ask(timeout: number): Promise<Discovery> {
    const { credentials } = this.#options
    const known = this.#handshakes.peek(credentials)
    if (known?.era !== 'legacy') return this.#handshakes.refresh(timeout)
    const ping = { method: 'ping', params: {}, options: {}, credentials, isRepeatable: true, meta: undefined }
    try {
      await this.#sender.attempt({ ...ping, deadline: performance.now() + timeout })
      return this.#handshakes.peek(credentials) ?? known
    } catch (error) {
      // It is there, and does not know `ping`: another era, perhaps.
      if (error instanceof RpcError) return this.#handshakes.refresh(timeout)
      throw error
    }
  }

  /** Bytes of one answer at most. */
  get #maxAnswer(): number {
    return this.#options.pool.maxAnswer ?? POOL.maxAnswer
  }

  #openSender(pool: Pool): Sender {
    const { name, url, info, timeout } = this.#options
    const streams = () => {
      this.#asking ??= this.#openStreams()
      return this.#asking
    }
    const maxAnswer = this.#maxAnswer
    return new Sender({ name, url, info, timeout, pool, maxAnswer, streams, handshakes: this.#handshakes })
  }

  #openStreams(): Pool {
    const unbounded = { connections: MAX_STREAMS, maxAnswer: Number.POSITIVE_INFINITY }
    return createPool(this.url, { ...this.#options.pool, ...unbounded })
  }

  /** It takes twice the speed to be called healthy again, so that nobody goes to and fro at the border. */
  #judge(took: number): InstanceHealth {
    const { slowAfter } = this.#options
    const limit = this.#health === 'degraded' ? slowAfter / 2 : slowAfter
    return took > limit ? 'degraded' : 'healthy'
  }

  #become(health: InstanceHealth, error?: unknown): void {
    // Its connections were closed under a probe: that is news of us, not of it.
    if (this.#isGone || this.#health === health) return
    this.#health = health
    this.#options.onHealth(this, error)
  }
}
