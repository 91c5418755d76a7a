import type { Params, Result } from '@atoll/client'
import { type Call, Cancellation } from '@atoll/server-kit'

interface Question {
  readonly request: { method: string; params: Params }
  readonly answered: PromiseWithResolvers<Result>
}

/**
 * A call at a 2025-era server that waits for answers while its modern client is away and comes back with them. What the
 * server says meanwhile goes to the request that the client has open at the moment.
 */
export class HeldCall {
  /** For the relay: as the first request, but cancelled by itself only. */
  readonly call: Call
  readonly #cancellation = new Cancellation()
  readonly #questions = new Map<string, Question>()
  #current: Call | undefined
  #lastKey = 0
  #ending: Promise<Result> | undefined
  #news = Promise.withResolvers<void>()

  constructor(first: Call) {
    this.#current = first
    const { era, protocolVersion, transport, principal, requestId, rpcId, meta } = first
    const { clientCapabilities, clientInfo, peer } = first
    this.call = {
      ...{ era, protocolVersion, transport, principal, requestId, rpcId, meta },
      ...{ clientCapabilities, clientInfo, peer },
      cancellation: this.#cancellation,
      notify: (method, params) => this.#notify(method, params),
    }
  }

  /** Whether a question of the server is open. */
  get isWaiting(): boolean {
    return this.#questions.size > 0
  }

  /** The call is under way. */
  run(call: Promise<Result>): void {
    this.#ending = call
    // Whoever asks for the outcome is told of a failure.
    call.catch(() => undefined).finally(() => this.#wake())
  }

  /** The server asks; resolves to what the client answers. */
  ask(method: string, params: Params): Promise<Result> {
    const answered = Promise.withResolvers<Result>()
    this.#questions.set(`question-${++this.#lastKey}`, { request: { method, params }, answered })
    this.#cancellation.onAbort((reason) => answered.reject(reason))
    this.#wake()
    return answered.promise
  }

  /** Answers to open questions; others are left (MCP basic/patterns/mrtr). */
  answer(responses: unknown): void {
    const given = typeof responses === 'object' && responses !== null ? Object.entries(responses) : []
    for (const [key, response] of given) {
      const question = this.#questions.get(key)
      if (!question || typeof response !== 'object' || response === null) continue
      this.#questions.delete(key)
      question.answered.resolve(response)
    }
  }

  /** The result, or the questions that are open first. Rejects as the call does. */
  async next(current: Call): Promise<{ result: Result } | { inputRequests: Params }> {
    this.#current = current
    const stop = current.cancellation.onAbort((reason) => this.cancel(reason))
    try {
      for (;;) {
        if (this.#cancellation.aborted) return { result: await (this.#ending ?? {}) }
        if (this.#questions.size > 0) return { inputRequests: this.#requests() }
        const { promise } = this.#news
        const result = await Promise.race([promise, this.#ending])
        if (result) return { result }
      }
    } finally {
      stop()
      this.#current = undefined
    }
  }

  cancel(reason: unknown): void {
    this.#cancellation.abort(reason)
    this.#wake()
  }

  #requests(): Params {
    return Object.fromEntries([...this.#questions].map(([key, { request }]) => [key, request]))
  }

  #wake(): void {
    this.#news.resolve()
    this.#news = Promise.withResolvers()
  }

  #notify(method: string, params: Record<string, unknown>): void {
    const current = this.#current
    if (method !== 'notifications/progress') current?.notify(method, params)
    else if (current?.meta.progressToken !== undefined)
      current.notify(method, { ...params, progressToken: current.meta.progressToken })
  }
}
