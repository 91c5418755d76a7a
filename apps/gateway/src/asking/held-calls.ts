import type { Params, Result } from '@atoll/client'
import { InvalidError, LimitedError, TimeoutError } from '@atoll/errors'
import type { Call } from '@atoll/server-kit'
import { authorizationContext } from '../authorization-context.ts'
import { HeldCall } from './held-call.ts'

/** Sends a request on: as another call than the one at hand, and with somebody who answers the server's questions. */
export type Send = (
  params: Params,
  more?: {
    call: Call
    onRequest: (method: string, params: Params) => Promise<Result>
    /** Whether it does nothing until somebody answers. */
    isWaiting?: () => boolean
  },
) => Promise<Result>

interface Held {
  readonly call: HeldCall
  /** Who may answer, and what they called. */
  readonly context: string
  readonly target: string
  readonly late: NodeJS.Timeout
}

export interface HoldLimits {
  readonly total: number
  readonly perCaller: number
  /** Milliseconds that a question stays open. */
  readonly wait: number
}

const LIMITS: HoldLimits = { total: 1000, perCaller: 16, wait: 10 * 60_000 }
const GONE =
  'This question is not open here: it was answered, it took too long, or another replica of the gateway asked it. Call again.'

/**
 * Stands between a modern client, which answers questions in a new request, and a 2025-era server, which asks while its call
 * is open: the call is held meanwhile, by the replica that made it. The state that the client brings back is a name, good
 * once, for the same caller and the same call.
 */
export class HeldCalls {
  readonly #limits: HoldLimits
  readonly #held = new Map<string, Held>()

  constructor(limits: Partial<HoldLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits }
  }

  /**
   * Make the call, or go on with the one that `requestState` names. Resolves to its result or to `input_required`. Throws
   * InvalidError for a state that is not open, LimitedError where too many are.
   */
  async carry(method: string, params: Params, call: Call, send: Send): Promise<Result> {
    const { requestState, inputResponses, ...rest } = params
    const target = JSON.stringify([method, rest.name, rest.uri, rest.arguments])
    const held =
      requestState === undefined ? this.#begin(rest, call, send) : this.#take(requestState, target, call)
    if (requestState !== undefined) held.answer(inputResponses)
    const outcome = await held.next(call)
    if ('result' in outcome) return outcome.result
    return { resultType: 'input_required', ...outcome, requestState: this.#hold(held, target, call) }
  }

  close(): void {
    for (const [state, { call }] of this.#held) {
      this.#drop(state)
      call.cancel(new TimeoutError('The gateway stops.'))
    }
  }

  #begin(params: Params, call: Call, send: Send): HeldCall {
    const held = new HeldCall(call)
    held.run(
      send(params, {
        call: held.call,
        onRequest: (method, about) => held.ask(method, about),
        isWaiting: () => held.isWaiting,
      }),
    )
    return held
  }

  #take(state: unknown, target: string, { principal }: Call): HeldCall {
    const held = typeof state === 'string' ? this.#held.get(state) : undefined
    if (!held || held.context !== authorizationContext(principal) || held.target !== target)
      throw new InvalidError(GONE)
    this.#drop(String(state))
    return held.call
  }

  #hold(call: HeldCall, target: string, { principal }: Call): string {
    const { total, perCaller, wait } = this.#limits
    const context = authorizationContext(principal)
    const mine = [...this.#held.values()].filter((each) => each.context === context).length
    if (this.#held.size >= total || mine >= perCaller) {
      const error = new LimitedError('Too many questions are open. Answer one first.', { retryAfter: 5 })
      call.cancel(error)
      throw error
    }
    const state = crypto.randomUUID()
    const late = setTimeout(() => {
      this.#held.delete(state)
      call.cancel(new TimeoutError('Nobody answered the question.'))
    }, wait).unref()
    this.#held.set(state, { call, context, target, late })
    return state
  }

  #drop(state: string): void {
    clearTimeout(this.#held.get(state)?.late)
    this.#held.delete(state)
  }
}
