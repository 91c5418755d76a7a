/** Units that come back steadily: `burst` at most at once, `perSecond` afterwards. */
export interface RateAllowance {
  readonly kind: 'rate'
  readonly burst: number
  readonly perSecond: number
}

/** Units for a day or a month of UTC. */
export interface QuotaAllowance {
  readonly kind: 'quota'
  readonly most: number
  readonly period: Period
}

export type Allowance = RateAllowance | QuotaAllowance
export type Period = 'day' | 'month'

/** The most units there can be at once. */
export function mostOf(allowance: Allowance): number {
  return allowance.kind === 'rate' ? allowance.burst : allowance.most
}

/** Units that one replica takes at once and keeps for its callers; few of what is scarce. */
export function largestPortion(allowance: Allowance): number {
  const share =
    allowance.kind === 'rate'
      ? Math.max(allowance.burst / 16, allowance.perSecond / 4)
      : allowance.most / LEASES_OF_A_QUOTA
  return Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(share)))
}

const MOST_AT_ONCE = 1000
const LEASES_OF_A_QUOTA = 100
