import { randomUUID } from 'node:crypto'
import type { Counter, SharedCounts } from '@atoll/limits'
import type { AuditLog, Telemetry } from '@atoll/telemetry'
import type { UsageLog } from '../usage/usage-log.ts'
import type { Applied } from './apply-limits.ts'

export interface BudgetWatchOptions {
  readonly usage: UsageLog
  readonly shared: SharedCounts | undefined
  readonly telemetry: Telemetry
  readonly audit: AuditLog
  readonly clock?: () => number
}

/** The part of a budget from which on people are warned. */
const WARN_AT = 0.8

/** Knows what was used of budgets before this process began, and warns once, of all replicas one, when one runs low. */
export class BudgetWatch {
  readonly #options: BudgetWatchOptions
  readonly #begun = new WeakSet<Counter>()
  readonly #warned = new Set<string>()
  readonly #warnings: { inc(labels: { budget: string }): void }
  /** Units of the month by tenant, and by team of a tenant. */
  #used = new Map<string, number>()
  #month = ''

  constructor(options: BudgetWatchOptions) {
    this.#options = options
    this.#warnings = options.telemetry.counter(
      'atoll_gateway_budget_warnings_total',
      'Budgets of which 80 % were used, once a month each.',
      ['budget'],
    )
  }

  /** Learn what was used this month. Never rejects: the counts in Redis are right without. */
  async start(): Promise<void> {
    const { usage, telemetry, clock = Date.now } = this.#options
    const today = new Date(clock()).toISOString().slice(0, 10)
    this.#month = today.slice(0, 7)
    try {
      for (const { tenant, team, units } of await usage.read({ since: `${this.#month}-01`, until: today })) {
        for (const key of [
          keyOf({ per: 'tenant', holder: tenant, tenant }),
          keyOf({ per: 'team', holder: team, tenant }),
        ])
          this.#used.set(key, (this.#used.get(key) ?? 0) + units)
      }
    } catch (error) {
      telemetry.logger.warn({ err: error }, 'What was used of budgets before could not be read')
    }
  }

  /** A budget that was not counted here before begins with what is known to be used. */
  begin(budget: Applied, now: number): void {
    const { kind, counter } = budget
    if (kind !== 'budget' || this.#begun.has(counter)) return
    this.#begun.add(counter)
    if (new Date(now).toISOString().slice(0, 7) !== this.#month) return
    const used = this.#used.get(keyOf(budget)) ?? 0
    if (used > 0) counter.learnUsed(used, now)
  }

  /** What an answer says of a budget that runs low. */
  spent(budget: Applied, now: number): object | undefined {
    const { name, counter } = budget
    const { allowance, span } = counter
    if (allowance.kind !== 'quota' || !span) return undefined
    const left = Math.max(0, counter.left(now))
    const used = 1 - left / allowance.most
    if (used < WARN_AT) return undefined
    const key = `${name} ${keyOf(budget)} ${span.name}`
    if (!this.#warned.has(key)) {
      this.#warned.add(key)
      void this.#warn(budget, key, span.end)
    }
    return { name, used: Math.round(used * 1000) / 1000, left, of: allowance.most, renewsAt: isoOf(span.end) }
  }

  async #warn({ name, per, holder, tenant, words }: Applied, key: string, until: number): Promise<void> {
    const { shared, telemetry, audit } = this.#options
    // Where it cannot be asked, two warnings are better than none.
    const isFirst = (await shared?.isFirst(`budget ${key}`, until).catch(() => true)) ?? true
    if (!isFirst) return
    this.#warnings.inc({ budget: name })
    const reason = `80 % of ${words} are used, until ${isoOf(until)}`
    telemetry.logger.warn(
      { budget: name, tenant, ...(per === 'team' && { team: holder }) },
      `Budget: ${reason}`,
    )
    audit.record({
      event: 'call',
      requestId: randomUUID(),
      tenant,
      server: 'gateway',
      kind: 'budget',
      name: `${name} ${holder}`,
      reason,
      decision: 'allowed',
      outcome: 'ok',
      durationMs: 0,
    })
  }
}

/** Who shares a budget. */
function keyOf({ per, holder, tenant }: Pick<Applied, 'per' | 'holder' | 'tenant'>): string {
  return per === 'team' ? `team ${JSON.stringify([tenant, holder])}` : `tenant ${holder}`
}

function isoOf(at: number): string {
  return new Date(at).toISOString()
}
