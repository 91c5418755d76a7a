import type { Principal } from '@atoll/auth'

type Scopes = Pick<Principal, 'scopes'>

/** Fields of any table that only holders of hr:compensation may know of. */
const COMPENSATION_FIELDS: ReadonlySet<string> = new Set(['salary_band'])

/**
 * The one decision about pay: who may see a field may also filter, sort, group and aggregate by it, and for
 * everybody else it does not exist. Answers therefore differ by scope: cache them per principal.
 */
export function canSeeField({ scopes }: Scopes, field: string): boolean {
  return !COMPENSATION_FIELDS.has(field) || scopes.has('hr:compensation')
}

/** Leavers as a share of the mean of opening and closing headcount, in percent; null when nobody was employed. */
export function attritionPercent(counts: {
  opening: number
  leavers: number
  headcount: number
}): number | null {
  const mean = (counts.opening + counts.headcount) / 2
  return mean === 0 ? null : Math.round((counts.leavers / mean) * 1000) / 10
}
