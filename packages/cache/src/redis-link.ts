import { Redis, type RedisOptions, ReplyError } from 'ioredis'
import { within } from './within.ts'

export interface RedisLinkOptions {
  url: string
  /** Shown by `CLIENT LIST`. */
  name: string
  channel: string
  /** Milliseconds a command may take before Redis counts as away. */
  commandTimeout: number
  onMessage(message: string): void
  /** Whether nothing is left to be told to Redis before it may be believed. */
  isSettled(): boolean
  /** Tell it; while that fails the link stays away. */
  settle(commands: Redis): Promise<void>
  onLive(): void
  onAway(error: unknown): void
}

/** Milliseconds between attempts to reach a Redis that is away. */
const RETRY = { first: 50, most: 2000 }

/**
 * One connection for commands and one that listens. Live means both answer and the channel is subscribed; at the
 * first doubt (a lost connection, a command that took too long) the link is away until a ping comes back.
 */
export class RedisLink {
  readonly commands: Redis
  readonly #subscriber: Redis
  readonly #options: RedisLinkOptions
  #isLive = false
  #isClosed = false
  #isChecking = false
  /** Counts losses, so that a check which one overtook does not call the link live. */
  #losses = 0
  #runId = ''
  #attempts = 0
  #reason: unknown
  #timer: NodeJS.Timeout | undefined

  constructor(options: RedisLinkOptions) {
    this.#options = options
    const { url, name } = options
    const common: RedisOptions = {
      connectionName: name,
      // Only cleans up what was given up long ago; `within` decides when that is.
      commandTimeout: 30_000,
      connectTimeout: 2000,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      disableClientInfo: true,
      retryStrategy: (times) => backoff(times),
    }
    this.commands = new Redis(url, common)
    this.#subscriber = new Redis(url, common)
    this.#subscriber.on('message', (_channel, message) => options.onMessage(message))
    for (const connection of [this.commands, this.#subscriber]) {
      connection.on('ready', () => this.#retry(0))
      connection.on('error', (error) => this.away(error))
      connection.on('close', () => this.away(new Error('the connection to Redis was lost')))
    }
  }

  get isLive(): boolean {
    return this.#isLive
  }

  /** Which run of the server answers; entries and generations of an earlier one are not trusted. */
  get runId(): string {
    return this.#runId
  }

  /** Send commands; a failure makes the link away and rejects. */
  async run<T>(send: (commands: Redis) => Promise<T>): Promise<T> {
    try {
      return await within(this.#options.commandTimeout, send(this.commands))
    } catch (error) {
      this.away(error)
      throw error
    }
  }

  away(error: unknown): void {
    if (this.#isLive) {
      this.#isLive = false
      this.#attempts = 0
    }
    if (this.#isClosed) return
    this.#losses++
    this.#reason = error
    this.#options.onAway(error)
    this.#retry(backoff(++this.#attempts))
  }

  /** Rejects with what made the link away, or when Redis does not answer now. */
  async probe(): Promise<void> {
    if (!this.#isLive) throw this.#reason ?? new Error('Redis has not answered yet')
    await this.run((commands) => commands.ping())
  }

  close(): void {
    this.#isClosed = true
    this.#isLive = false
    clearTimeout(this.#timer)
    this.commands.disconnect()
    this.#subscriber.disconnect()
  }

  #retry(delay: number): void {
    if (this.#isClosed || this.#isLive) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#check(), delay).unref()
  }

  async #check(): Promise<void> {
    // The connections retry on their own; `ready` brings us back here.
    const isReady = this.commands.status === 'ready' && this.#subscriber.status === 'ready'
    if (!isReady || this.#isChecking) return
    this.#isChecking = true
    const losses = this.#losses
    try {
      const { commandTimeout, channel, isSettled, settle } = this.#options
      await within(commandTimeout, this.#subscriber.subscribe(channel))
      this.#runId = await within(commandTimeout, runIdOf(this.commands))
      while (!isSettled()) await within(commandTimeout, settle(this.commands))
      if (this.#losses === losses) this.#live()
    } catch (error) {
      this.away(error)
    } finally {
      this.#isChecking = false
      this.#retry(backoff(this.#attempts))
    }
  }

  #live(): void {
    if (this.#isClosed || this.#isLive) return
    this.#isLive = true
    this.#attempts = 0
    this.#reason = undefined
    this.#options.onLive()
  }
}

function backoff(attempt: number): number {
  const most = Math.min(RETRY.most, RETRY.first * 2 ** Math.min(attempt, 10))
  return most / 2 + (Math.random() * most) / 2
}

/** Empty where INFO is not allowed: restarts are then noticed by the entries being gone. */
async function runIdOf(commands: Redis): Promise<string> {
  try {
    return /^run_id:(\w+)/m.exec(await commands.info('server'))?.[1] ?? ''
  } catch (error) {
    if (error instanceof ReplyError) return ''
    throw error
  }
}
