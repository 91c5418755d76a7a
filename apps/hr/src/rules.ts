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
