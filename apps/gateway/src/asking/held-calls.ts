import type { Params, Result } from '@atoll/client'
import { InvalidError, LimitedError, TimeoutError } from '@atoll/errors'
import type { Call } from '@atoll/server-kit'
import { authorizationContext } from '../authorization-context.ts'
import { HeldCall, type OpenRequest } from './held-call.ts'
import type { Resumption } from './holder-message.ts'
import type { OtherHolders } from './other-holders.ts'

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

/** Who may answer, and what they called. */
type Whose = Pick<Resumption, 'context' | 'target'>

interface Held extends Whose {
  readonly call: HeldCall
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
  'This question is not open any more: it was answered, or it took too long. Look whether the call was carried out, and call again if not.'

/**
 * Stands between a modern client, which answers questions in a new request, and a 2025-era server, which asks while its call
 * is open: the call is held meanwhile, by the replica that made it. The state that the client brings back is a name, good
 * once, for the same caller and the same call; it begins with the name of the replica, so that any other finds it.
 */
export class HeldCalls {
  readonly #limits: HoldLimits
  readonly #others: OtherHolders | undefined
  readonly #self: string
  readonly #held = new Map<string, Held>()

  constructor(limits: Partial<HoldLimits> = {}, others?: OtherHolders) {
    this.#limits = { ...LIMITS, ...limits }
    this.#others = others
    this.#self = others?.self ?? crypto.randomUUID()
    others?.serve((resumption, current) => this.#resume(resumption, current))
  }

  /**
   * Make the call, or go on with the one that `requestState` names. Resolves to its result or to `input_required`. Throws
   * InvalidError for a state that is not open, LimitedError where too many are, and what `OtherHolders` throws.
   */
  async carry(method: string, params: Params, call: Call, send: Send): Promise<Result> {
    const { requestState, inputResponses, ...rest } = params
    if (requestState === undefined) return await this.begin(method, rest, call, send)
    const whose = whoseIs(method, params, call)
    const resumption = { ...whose, state: String(requestState), responses: inputResponses }
    const holder = holderOf(resumption.state)
    return this.#others && holder !== undefined && holder !== this.#self
      ? await this.#others.resume(holder, resumption, call)
      : await this.#resume(resumption, call)
  }

  /** Make the call with what it is given, answers to a server that keeps its own state included. Throws as `carry`. */
  async begin(method: string, params: Params, call: Call, send: Send): Promise<Result> {
    return await this.#next(this.#begin(params, call, send), whoseIs(method, params, call), call)
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

  async #resume(resumption: Resumption, current: OpenRequest): Promise<Result> {
    const held = this.#take(resumption)
    held.answer(resumption.responses)
    return await this.#next(held, resumption, current)
  }

  async #next(held: HeldCall, whose: Whose, current: OpenRequest): Promise<Result> {
    const outcome = await held.next(current)
    if ('result' in outcome) return outcome.result
    return { resultType: 'input_required', ...outcome, requestState: this.#hold(held, whose) }
  }

  #take({ state, context, target }: Resumption): HeldCall {
    const held = this.#held.get(state)
    if (!held || held.context !== context || held.target !== target) throw new InvalidError(GONE)
    this.#drop(state)
    return held.call
  }

  #hold(call: HeldCall, { context, target }: Whose): string {
    const { total, perCaller, wait } = this.#limits
    const mine = [...this.#held.values()].filter((each) => each.context === context).length
    if (this.#held.size >= total || mine >= perCaller) {
      const error = new LimitedError('Too many questions are open. Answer one first.', { retryAfter: 5 })
      call.cancel(error)
      throw error
    }
    const state = `${this.#self}.${crypto.randomUUID()}`
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

function whoseIs(method: string, { name, uri, arguments: args }: Params, { principal }: Call): Whose {
  return { context: authorizationContext(principal), target: JSON.stringify([method, name, uri, args]) }
}

/** Whether a state is the name of a call that some replica holds, or held; others are of servers. */
export function isHeldState(state: unknown): boolean {
  return typeof state === 'string' && holderOf(state) !== undefined
}

const STATE = /^([0-9a-f-]{36})\.[0-9a-f-]{36}$/

/** The replica that holds what a state names; undefined for one that no replica made. */
function holderOf(state: string): string | undefined {
  return STATE.exec(state)?.[1]
}
