import { InvalidTokenError, type Principal } from '@atoll/auth'
import type { Result } from '@atoll/client'
import {
  type AppError,
  ForbiddenError,
  InsufficientScopeError,
  LimitedError,
  TimeoutError,
  UnavailableError,
} from '@atoll/errors'
import { type Counts, type Refusal, rateLimitField, rateLimitPolicyField } from '@atoll/limits'
import type { Call } from '@atoll/server-kit'
import type { Asked } from '../audit.ts'
import type { Route } from '../fleet.ts'
import { DisabledError } from '../policy/disabled-error.ts'
import type { UsageLog } from '../usage/usage-log.ts'
import { type Applied, type Place, type Ruled, rulesFor } from './apply-limits.ts'
import { costOf } from './cost-of.ts'
import type { Crowd } from './crowd.ts'
import type { LimitsFile } from './limits-schema.ts'
import type { Rate } from './rate-text.ts'
import { refusalError } from './refusal-error.ts'
import { type Share, Shares } from './shares.ts'

export interface LimitsOptions {
  readonly counts: Counts
  readonly rate: Rate
  readonly file: LimitsFile
  readonly crowd: Crowd
  readonly usage: UsageLog
  /** Told of each budget that a call takes from; what it returns is said in the answer's `_meta`. */
  readonly onSpent?: (budget: Applied, now: number) => object | undefined
  readonly onRefused?: (limit: string) => void
  /** Told of a count that is new here. */
  readonly onNew?: (applied: Applied, now: number) => void
  readonly clock?: () => number
}

/** Who asks, and is told what is left. */
type Caller = Pick<Call, 'principal' | 'setHeader'>

/** The `_meta` key of an answer under which it says how far a budget is used. */
export const BUDGET_META_KEY = 'dev.atoll/budget'

/** How much everybody may ask for, and what they have used: rates, quotas, budgets, and calls at once. */
export class Limits {
  readonly #options: LimitsOptions
  readonly #counts: Counts
  readonly #clock: () => number
  readonly #shares: Shares

  constructor(options: LimitsOptions) {
    this.#options = options
    this.#counts = options.counts
    this.#clock = options.clock ?? Date.now
    const { counts, rate, file, onNew } = options
    this.#shares = new Shares({ counts, rate, file, onNew, clock: this.#clock })
  }

  get file(): LimitsFile {
    return this.#shares.file
  }

  setFile(file: LimitsFile): void {
    this.#shares.setFile(file)
    this.#options.crowd.setLimits(file.concurrency)
  }

  /** Count a list, or any request that goes nowhere. Throws LimitedError. */
  async list(about: Asked, caller: Caller): Promise<void> {
    await this.#take(caller, this.#shares.of(caller.principal, 'lists', undefined, undefined), about)
  }

  /** Count a call that is refused before it is known where it goes. Throws LimitedError. */
  async refused(about: Asked, caller: Caller): Promise<void> {
    await this.#take(caller, this.#shares.of(caller.principal, 'calls', undefined, undefined), about)
  }

  /**
   * Run one call and count it, whatever becomes of it: what reaches a server is counted by `carried`, the rest here.
   * Throws LimitedError before anything runs where it is known that the caller has used what they may.
   */
  async counted<R extends Result>(about: Asked, call: Call, run: () => Promise<R>): Promise<R> {
    const share = this.#shares.of(call.principal, 'calls', undefined, undefined)
    const known = this.#counts.knownRefusal(share.wants)
    if (known) throw this.#refuse(share, known, call, about)
    try {
      return await run()
    } catch (error) {
      // A name that nothing has, and what the policy refuses, are requests too.
      if (!about.isCounted) await this.#take(call, share, about)
      throw error
    }
  }

  /** Carry a call to its server within all limits. Throws LimitedError and BudgetExhaustedError. */
  async carried(
    about: Asked,
    call: Call,
    { upstream, entry }: Route,
    run: () => Promise<Result>,
  ): Promise<Result> {
    const { crowd, usage } = this.#options
    const server = upstream.name
    const tool = about.kind === 'tool' ? entry : undefined
    const share = this.#shares.of(call.principal, 'calls', { server, tool: tool?.exposed }, tool?.cost)
    about.isCounted = true
    const takenAt = this.#clock()
    const taken = this.#take(call, share, about)
    if (taken) await taken
    let isCarriedOut = false
    try {
      const room = this.#enter(server, call, about)
      if (room) await room
      const place = call.places && crowd.place(server, call)
      if (place) call.places?.add(place)
      try {
        const result = await run()
        // To answer a question is the same call once more.
        isCarriedOut = result.resultType !== 'input_required'
        if (tool && isCarriedOut)
          usage.add(call.principal.tenant, share.team, tool, share.units, result.isError === true)
        return this.#withHint(result, share)
      } catch (error) {
        isCarriedOut = mayHaveRun(error)
        if (tool && isCarriedOut) usage.add(call.principal.tenant, share.team, tool, share.units, true)
        throw error
      } finally {
        if (place) call.places?.remove(place)
        crowd.leave(server, call)
      }
    } finally {
      if (!isCarriedOut) this.#counts.giveBack(share.refundable, takenAt)
    }
  }

  /** `RateLimit` fields for somebody, as far as is known here. */
  fields(principal: Principal): Readonly<Record<string, string>> {
    return this.#fieldsOf(this.#shares.of(principal, 'calls', undefined, undefined))
  }

  /** What limits and budgets say about somebody, brought up to date; also about a tool where one is named. */
  async view(
    who: Pick<Principal, 'subject' | 'tenant' | 'issuer' | 'roles'>,
    place: Place | undefined,
  ): Promise<readonly Applied[]> {
    // Budgets are of tools: any one shows them.
    const anywhere = { server: '', tool: '' }
    const applied = [
      ...this.#shares.appliedTo(who, 'calls', place).filter(({ kind }) => kind !== 'budget'),
      ...this.#shares.appliedTo(who, 'calls', anywhere).filter(({ kind }) => kind === 'budget'),
    ]
    await this.#counts.refresh(applied.map(({ counter }) => counter))
    return applied
  }

  /** What limits and budgets say about somebody's calls of a tool, without what is left, and what one costs. */
  rulesAt(
    who: Pick<Principal, 'subject' | 'tenant' | 'issuer' | 'roles'>,
    { server, exposed, cost }: { server: string; exposed: string; cost: number | undefined },
  ): { readonly rules: readonly Ruled[]; readonly units: number } {
    const about = { file: this.file, rate: this.#options.rate }
    return {
      rules: rulesFor(who, 'calls', { server, tool: exposed }, about),
      units: costOf(exposed, server, cost, this.file),
    }
  }

  #take(call: Caller, share: Share, about?: Asked): void | Promise<void> {
    const outcome = this.#counts.take(share.wants)
    if (!(outcome instanceof Promise)) return this.#settle(call, share, outcome, about)
    return outcome.then((refusal) => this.#settle(call, share, refusal, about))
  }

  #settle(call: Caller, share: Share, refusal: Refusal | undefined, about: Asked | undefined): void {
    if (refusal) throw this.#refuse(share, refusal, call, about)
    this.#say(call, share)
  }

  #refuse(share: Share, { counter, retryAfter }: Refusal, call: Caller, about?: Asked): AppError {
    this.#say(call, share)
    const applied = share.applied.find((each) => each.counter === counter)
    if (!applied) return new LimitedError('Too many requests.', { retryAfter })
    this.#options.onRefused?.(applied.name)
    if (about) Object.assign(about, { rule: `${applied.kind}:${applied.name}`, isRefused: true })
    return refusalError(applied, retryAfter)
  }

  #enter(server: string, call: Call, about: Asked): Promise<void> | undefined {
    const refused = (error: unknown): never => {
      this.#options.onRefused?.('concurrency')
      Object.assign(about, { rule: 'concurrency', isRefused: true })
      throw error
    }
    try {
      return this.#options.crowd.enter(server, call)?.catch(refused)
    } catch (error) {
      return refused(error)
    }
  }

  #say(call: Caller, share: Share): void {
    if (!call.setHeader) return
    const fields = this.#fieldsOf(share)
    for (const name in fields) call.setHeader(name, fields[name] ?? '')
  }

  #fieldsOf(share: Share): Record<string, string> {
    const now = this.#clock()
    // What a month is changes with the month.
    if (!share.policy || now >= share.policy.until)
      share.policy = { until: now + POLICY_FOR, field: rateLimitPolicyField(share.shown, now) }
    return { 'ratelimit-policy': share.policy.field, ratelimit: rateLimitField(share.shown, now) }
  }

  #withHint(result: Result, { budgets }: Share): Result {
    if (budgets.length === 0) return result
    const now = this.#clock()
    const hints = budgets.flatMap((budget) => this.#options.onSpent?.(budget, now) ?? [])
    return hints.length === 0 ? result : { ...result, _meta: { ...metaOf(result), [BUDGET_META_KEY]: hints } }
  }
}

/** Milliseconds for which `RateLimit-Policy` is said as it is. */
const POLICY_FOR = 60_000

/** Nothing ran where no server took the call, or the one that did refused it. */
function mayHaveRun(error: unknown): boolean {
  if (error instanceof TimeoutError) return true
  if (error instanceof DisabledError) return error.isCut
  return !(
    error instanceof UnavailableError ||
    error instanceof LimitedError ||
    error instanceof InsufficientScopeError ||
    error instanceof ForbiddenError ||
    error instanceof InvalidTokenError
  )
}

function metaOf({ _meta: meta }: Result): object {
  return typeof meta === 'object' && meta !== null ? meta : {}
}
