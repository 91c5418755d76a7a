import type { Principal } from '@atoll/auth'
import type { Allowance } from '@atoll/limits'
import type { Applied, Place } from '../limits/apply-limits.ts'
import type { Limits } from '../limits/limits.ts'

/** What somebody may ask for, and what is left of it now. */
export interface LimitsView {
  readonly limits: readonly AllowanceView[]
  readonly budgets: readonly AllowanceView[]
}

/** In requests, of budgets in units. */
export interface AllowanceView {
  readonly name: string
  /** What is allowed, in words. */
  readonly words: string
  /** The tenant or team that shares it. */
  readonly holder?: string
  readonly limit: number
  readonly used: number
  readonly left: number
  /** Absent where it comes back all the time. */
  readonly renewsAt?: string
}

/** All that holds for a person wherever they call, or for their calls of one tool. */
export async function limitsView(
  limits: Limits,
  principal: Principal,
  place: Place | undefined,
  now: number,
): Promise<LimitsView> {
  const applied = await limits.view(principal, place)
  const views = (isBudget: boolean) =>
    applied.filter(({ kind }) => (kind === 'budget') === isBudget).map((each) => viewOf(each, now))
  return { limits: views(false), budgets: views(true) }
}

function viewOf({ name, words, holder, counter }: Applied, now: number): AllowanceView {
  const limit = mostOf(counter.allowance)
  const left = Math.min(limit, Math.max(0, Math.floor(counter.left(now))))
  const renewsIn = counter.renewsIn(now)
  return {
    ...{ name, words, limit, left, used: limit - left },
    ...(holder !== undefined && { holder }),
    ...(renewsIn !== undefined && { renewsAt: new Date(now + renewsIn).toISOString() }),
  }
}

function mostOf(allowance: Allowance): number {
  return allowance.kind === 'rate' ? allowance.burst : allowance.most
}
