import type { Principal } from '@atoll/auth'
import type { Result } from '@atoll/client'
import {
  type AppError,
  InsufficientScopeError,
  LimitedError,
  TimeoutError,
  UnavailableError,
} from '@atoll/errors'
import { type Counts, type Refusal, rateLimitField, rateLimitPolicyField, type Want } from '@atoll/limits'
import type { Call } from '@atoll/server-kit'
import type { Asked } from '../audit.ts'
import type { Route } from '../fleet.ts'
import type { UsageLog } from '../usage/usage-log.ts'
import { type Applied, applyLimits, type Place, type Ruled, rulesFor } from './apply-limits.ts'
import { costOf } from './cost-of.ts'
import type { Crowd } from './crowd.ts'
import type { LimitsFile } from './limits-schema.ts'
import type { Rate } from './rate-text.ts'
import { refusalError } from './refusal-error.ts'
import { teamOf } from './team-of.ts'

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

/** What a request of somebody takes from, worked out once. */
interface Share {
  readonly applied: readonly Applied[]
  readonly wants: readonly Want[]
  /** Those that are given back for what was not carried out. */
  readonly refundable: readonly Want[]
  readonly budgets: readonly Applied[]
  readonly units: number
  /** As the server lists it. */
  readonly cost: number | undefined
  readonly team: string
  /** For `RateLimit`: what counts requests. */
  readonly shown: readonly Applied[]
  policy: { readonly until: number; readonly field: string } | undefined
}

interface Shares {
  readonly generation: number
  readonly countsVersion: number
  readonly byPlace: Map<string, Share>
}

/** The `_meta` key of an answer under which it says how far a budget is used. */
export const BUDGET_META_KEY = 'dev.atoll/budget'

/** How much everybody may ask for, and what they have used: rates, quotas, budgets, and calls at once. */
export class Limits {
  readonly #options: LimitsOptions
  readonly #counts: Counts
  readonly #clock: () => number
  readonly #shares = new WeakMap<Principal, Shares>()
  #file: LimitsFile
  #generation = 0

  constructor(options: LimitsOptions) {
    this.#options = options
    this.#counts = options.counts
    this.#clock = options.clock ?? Date.now
    this.#file = options.file
  }

  get file(): LimitsFile {
    return this.#file
  }

  setFile(file: LimitsFile): void {
    this.#file = file
    this.#generation++
    this.#options.crowd.setLimits(file.concurrency)
  }

  /** Count a list, or any request that goes nowhere. Throws LimitedError. */
  async list(about: Asked, call: Call): Promise<void> {
    await this.#take(call, this.#shareOf(call.principal, 'lists', undefined, undefined), about)
  }

  /**
   * Run one call and count it, whatever becomes of it: what reaches a server is counted by `carried`, the rest here.
   * Throws LimitedError before anything runs where it is known that the caller has used what they may.
   */
  async counted<R extends Result>(about: Asked, call: Call, run: () => Promise<R>): Promise<R> {
    const share = this.#shareOf(call.principal, 'calls', undefined, undefined)
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
    const share = this.#shareOf(call.principal, 'calls', { server, tool: tool?.exposed }, tool?.cost)
    about.isCounted = true
    const takenAt = this.#clock()
    const taken = this.#take(call, share, about)
    if (taken) await taken
    let isCarriedOut = false
    try {
      const room = this.#enter(server, call, about)
      if (room) await room
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
        crowd.leave(server, call)
      }
    } finally {
      if (!isCarriedOut) this.#counts.giveBack(share.refundable, takenAt)
    }
  }

  /** `RateLimit` fields for somebody, as far as is known here. */
  fields(principal: Principal): Readonly<Record<string, string>> {
    return this.#fieldsOf(this.#shareOf(principal, 'calls', undefined, undefined))
  }

  /** What limits and budgets say about somebody, brought up to date; also about a tool where one is named. */
  async view(
    who: Pick<Principal, 'subject' | 'tenant' | 'issuer' | 'roles'>,
    place: Place | undefined,
  ): Promise<readonly Applied[]> {
    const { rate } = this.#options
    const about = { file: this.#file, rate, counts: this.#counts }
    // Budgets are of tools: any one shows them.
    const anywhere = { server: '', tool: '' }
    const applied = [
      ...applyLimits(who, 'calls', place, about).filter(({ kind }) => kind !== 'budget'),
      ...applyLimits(who, 'calls', anywhere, about).filter(({ kind }) => kind === 'budget'),
    ]
    await this.#counts.refresh(applied.map(({ counter }) => counter))
    return applied
  }

  /** What limits and budgets say about somebody's calls of a tool, without what is left, and what one costs. */
  rulesAt(
    who: Pick<Principal, 'subject' | 'tenant' | 'issuer' | 'roles'>,
    { server, exposed, cost }: { server: string; exposed: string; cost: number | undefined },
  ): { readonly rules: readonly Ruled[]; readonly units: number } {
    const about = { file: this.#file, rate: this.#options.rate }
    return {
      rules: rulesFor(who, 'calls', { server, tool: exposed }, about),
      units: costOf(exposed, server, cost, this.#file),
    }
  }

  #take(call: Call, share: Share, about?: Asked): void | Promise<void> {
    const outcome = this.#counts.take(share.wants)
    if (!(outcome instanceof Promise)) return this.#settle(call, share, outcome, about)
    return outcome.then((refusal) => this.#settle(call, share, refusal, about))
  }

  #settle(call: Call, share: Share, refusal: Refusal | undefined, about: Asked | undefined): void {
    if (refusal) throw this.#refuse(share, refusal, call, about)
    this.#say(call, share)
  }

  #refuse(share: Share, { counter, retryAfter }: Refusal, call: Call, about?: Asked): AppError {
    this.#say(call, share)
    const applied = share.applied.find((each) => each.counter === counter)
    if (!applied) return new LimitedError('Too many requests.', { retryAfter })
    this.#options.onRefused?.(applied.name)
    if (about && applied.kind !== 'rate') Object.assign(about, { rule: applied.kind, isRefused: true })
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

  #say(call: Call, share: Share): void {
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

  #sharesOf(principal: Principal): Shares {
    const generation = this.#generation
    const countsVersion = this.#counts.version
    const known = this.#shares.get(principal)
    if (known?.generation === generation && known.countsVersion === countsVersion) return known
    const shares: Shares = { generation, countsVersion, byPlace: new Map() }
    this.#shares.set(principal, shares)
    return shares
  }

  #shareOf(
    principal: Principal,
    requests: 'calls' | 'lists',
    place: Place | undefined,
    cost: number | undefined,
  ): Share {
    const { byPlace } = this.#sharesOf(principal)
    const key = place ? `${place.server} ${place.tool ?? ''}` : requests
    const known = byPlace.get(key)
    if (known && known.cost === cost) return known
    const { rate, onNew } = this.#options
    const applied = applyLimits(principal, requests, place, { file: this.#file, rate, counts: this.#counts })
    const now = this.#clock()
    for (const each of applied) onNew?.(each, now)
    const units = place?.tool === undefined ? 0 : costOf(place.tool, place.server, cost, this.#file)
    const want = ({ kind, counter }: Applied): Want => ({ counter, units: kind === 'budget' ? units : 1 })
    const share: Share = {
      applied,
      wants: applied.map(want).filter(({ units }) => units > 0),
      refundable: applied.filter(({ kind }) => kind !== 'rate').map(want),
      budgets: applied.filter(({ kind }) => kind === 'budget'),
      units,
      cost,
      team: teamOf(principal, this.#file.teams),
      shown: applied.filter(({ kind }) => kind !== 'budget'),
      policy: undefined,
    }
    byPlace.set(key, share)
    return share
  }
}

/** Milliseconds for which `RateLimit-Policy` is said as it is. */
const POLICY_FOR = 60_000

/** Nothing ran where no server took the call, or the one that did refused it. */
function mayHaveRun(error: unknown): boolean {
  if (error instanceof TimeoutError) return true
  return !(
    error instanceof UnavailableError ||
    error instanceof LimitedError ||
    error instanceof InsufficientScopeError
  )
}

function metaOf({ _meta: meta }: Result): object {
  return typeof meta === 'object' && meta !== null ? meta : {}
}
