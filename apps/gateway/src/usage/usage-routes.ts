import { z } from 'zod'
import { parsed } from '../limits/limit-routes.ts'
import type { Limits } from '../limits/limits.ts'
import type { AddAdminRoute } from '../policy/admin-access.ts'
import type { UsageLog } from './usage-log.ts'
import type { UsageRow } from './usage-row.ts'

export interface UsageRouteOptions {
  readonly limits: Limits
  readonly usage: UsageLog
  readonly clock?: () => number
}

const DIMENSIONS = ['month', 'day', 'tenant', 'team', 'server', 'tool'] as const
type Dimension = (typeof DIMENSIONS)[number]

const Day = z.iso.date('must be a day such as 2026-11-01')
const Query = z.strictObject({
  by: z
    .string()
    .default('tenant,tool')
    .transform((text) => text.split(',').map((each) => each.trim()))
    .pipe(
      z.array(z.enum(DIMENSIONS, `must be some of ${DIMENSIONS.join(', ')}, separated by commas`)).min(1),
    ),
  since: Day.optional(),
  until: Day.optional(),
  tenant: z.string().optional(),
})

/** `GET /admin/usage`: what calls cost, added up by some of its columns; of this month unless days are given, both included. */
export function addUsageRoutes(
  add: AddAdminRoute,
  { limits, usage, clock = Date.now }: UsageRouteOptions,
): void {
  add('GET', '/admin/usage', async ({ query }) => {
    const today = new Date(clock()).toISOString().slice(0, 10)
    const { by, since = `${today.slice(0, 7)}-01`, until = today, tenant } = parsed(Query, query)
    const rows = (await usage.read({ since, until })).filter(
      (row) => tenant === undefined || row.tenant === tenant,
    )
    const { price } = limits.file.costs
    return { since, until, by, ...(price && { price }), rows: sums(rows, by, price?.perUnit) }
  })
}

function sums(rows: readonly UsageRow[], by: readonly Dimension[], perUnit: number | undefined) {
  const groups = new Map<
    string,
    { names: Record<string, string>; calls: number; units: number; failed: number }
  >()
  for (const row of rows) {
    const names = Object.fromEntries(
      by.map((each) => [each, each === 'month' ? row.day.slice(0, 7) : row[each]]),
    )
    const key = JSON.stringify(Object.values(names))
    const known = groups.get(key) ?? { names, calls: 0, units: 0, failed: 0 }
    groups.set(key, known)
    known.calls += row.calls
    known.units += row.units
    known.failed += row.failed
  }
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { names, ...numbers }]) => ({
      ...names,
      ...numbers,
      ...(perUnit !== undefined && { cost: Math.round(numbers.units * perUnit * 1e6) / 1e6 }),
    }))
}
