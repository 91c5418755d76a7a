import { safeMessage } from './safe-message.ts'

/** Resolves when the dependency is usable, rejects when not. The signal aborts at the deadline. */
export type Probe = (signal: AbortSignal) => Promise<void>

export interface DependencyStatus {
  /** `degraded`: down, but the server works without it. */
  status: 'up' | 'degraded' | 'down'
  /** Of the last check; for one without an answer, how long was waited. */
  latencyMs: number
  /** Why, in words that are safe to show. */
  error?: string
}

export interface ProbeSettings {
  name: string
  probe: Probe
  optional: boolean
  /** Milliseconds. */
  timeout: number
  /** Milliseconds for which a result is good. */
  cacheFor: number
  onChange(name: string, status: DependencyStatus, error?: unknown): void
}

/** After this many deadlines a probe that never answered is given up, and another may start. */
const GIVE_UP_AFTER = 30

/** One dependency: at most one probe of it runs at a time, whoever asks and however long it hangs. */
export class ProbeRunner {
  readonly #settings: ProbeSettings
  #last: { status: DependencyStatus; at: number } | undefined
  #check: Promise<DependencyStatus> | undefined
  /** When the probe began that is still running after its deadline. */
  #hangingSince: number | undefined

  constructor(settings: ProbeSettings) {
    this.#settings = settings
  }

  /** The status, at most `cacheFor` old; resolves within `timeout`, and never rejects. */
  status(): DependencyStatus | Promise<DependencyStatus> {
    const { cacheFor, timeout } = this.#settings
    const now = performance.now()
    if (this.#last !== undefined && now - this.#last.at < cacheFor) return this.#last.status
    if (this.#hangingSince !== undefined && now - this.#hangingSince < timeout * GIVE_UP_AFTER) {
      return this.#noAnswer()
    }
    this.#check ??= this.#run().finally(() => {
      this.#check = undefined
    })
    return this.#check
  }

  async #run(): Promise<DependencyStatus> {
    const { probe, timeout } = this.#settings
    const startedAt = performance.now()
    const deadline = new AbortController()
    const { promise: late, resolve } = Promise.withResolvers<'late'>()
    const timer = setTimeout(() => {
      resolve('late')
      deadline.abort(new Error('the probe took too long'))
    }, timeout)
    const answer = attempt(probe, deadline.signal)
    const result = await Promise.race([answer, late])
    clearTimeout(timer)
    if (result === 'late') {
      this.#hangingSince = startedAt
      void answer.then(() => {
        if (this.#hangingSince === startedAt) this.#hangingSince = undefined
      })
      return this.#noAnswer()
    }
    const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10
    if (result === 'up') return this.#keep({ status: 'up', latencyMs })
    return this.#keep({ ...this.#failed(), latencyMs, error: safeMessage(result.error) }, result.error)
  }

  #noAnswer(): DependencyStatus {
    const { timeout } = this.#settings
    return this.#keep({ ...this.#failed(), latencyMs: timeout, error: `no answer within ${timeout} ms` })
  }

  #failed(): { status: 'degraded' | 'down' } {
    return { status: this.#settings.optional ? 'degraded' : 'down' }
  }

  #keep(status: DependencyStatus, error?: unknown): DependencyStatus {
    const before = this.#last?.status.status ?? 'up'
    this.#last = { status, at: performance.now() }
    if (status.status !== before) this.#settings.onChange(this.#settings.name, status, error)
    return status
  }
}

async function attempt(probe: Probe, signal: AbortSignal): Promise<'up' | { error: unknown }> {
  try {
    await probe(signal)
    return 'up'
  } catch (error) {
    return { error }
  }
}
