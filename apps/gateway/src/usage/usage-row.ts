/** What calls of one tool cost one tenant and team on one day of UTC. */
export interface UsageRow {
  /** `2026-11-21`. */
  readonly day: string
  readonly tenant: string
  /** '' for those without one. */
  readonly team: string
  readonly server: string
  readonly tool: string
  calls: number
  units: number
  /** Of the calls, those that ended in an error. */
  failed: number
}

/** What is added together: rows that have all of it in common. */
export function keyOf({ day, tenant, team, tool }: UsageRow): string {
  return JSON.stringify([day, tenant, team, tool])
}

/** Add rows to those that are there, in place. */
export function addRows(rows: Map<string, UsageRow>, more: Iterable<UsageRow>): void {
  for (const row of more) {
    const key = keyOf(row)
    const known = rows.get(key)
    if (!known) {
      rows.set(key, { ...row })
      continue
    }
    known.calls += row.calls
    known.units += row.units
    known.failed += row.failed
  }
}

/** Days of UTC, both included. */
export interface Days {
  readonly since: string
  readonly until: string
}

export function isWithin({ day }: UsageRow, { since, until }: Days): boolean {
  return day >= since && day <= until
}
