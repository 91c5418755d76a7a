import { InvalidError, NotFoundError } from '@atoll/errors'
import type { Counts } from '@atoll/limits'
import { z } from 'zod'
import type { Fleet } from '../fleet.ts'
import type { AddAdminRoute } from '../policy/admin-access.ts'
import type { UsageLog } from '../usage/usage-log.ts'
import type { UsageRow } from '../usage/usage-row.ts'
import type { Applied } from './apply-limits.ts'
import type { Crowd } from './crowd.ts'
import type { Limits } from './limits.ts'
import type { Budget } from './limits-schema.ts'

export interface LimitRouteOptions {
  readonly fleet: Fleet
  readonly limits: Limits
  readonly counts: Counts
  readonly crowd: Crowd
  readonly usage: UsageLog
  readonly clock?: () => number
}

const Who = z.strictObject({
  tenant: z.string().min(1),
  subject: z.string().default(''),
  issuer: z.string().default(''),
  /** Separated by spaces. */
  roles: z.string().default(''),
  /** As it is called at the gateway; for limits of servers and tools. */
  tool: z.string().min(1).max(200).optional(),
})

/**
 * `GET /admin/limits`: how this replica counts and what the file allows; with `?tenant=…` (and `subject`, `issuer`, `roles`,
 * `tool`) what is left to somebody. `GET /admin/budgets`: budgets of this month, and what was used of each.
 */
export function addLimitRoutes(
  add: AddAdminRoute,
  { fleet, limits, counts, crowd, usage, clock = Date.now }: LimitRouteOptions,
): void {
  add('GET', '/admin/limits', async ({ query }) => {
    const { file } = limits
    const about = {
      replicas: counts.replicas,
      isAlone: counts.isAway,
      calls: { inFlight: crowd.inFlight, waiting: crowd.waiting },
    }
    if (Object.keys(query).length === 0) {
      const { limits: all, budgets, concurrency, costs, teams } = file
      return { ...about, limits: all, budgets, concurrency, costs, teams }
    }
    const { tool, roles, ...who } = parsed(Who, query)
    const server = tool === undefined ? undefined : fleet.ofName(tool)?.name
    if (tool !== undefined && server === undefined) throw new NotFoundError('tool', tool)
    const place = server === undefined ? undefined : { tool, server }
    const someone = { ...who, roles: new Set(roles.split(' ').filter((role) => role !== '')) }
    const applied = await limits.view(someone, place)
    const now = clock()
    return { ...about, limits: applied.map((each) => viewOf(each, now)) }
  })

  add('GET', '/admin/budgets', async () => {
    const today = new Date(clock()).toISOString().slice(0, 10)
    const days = { since: `${today.slice(0, 7)}-01`, until: today }
    const used = await usage.read(days)
    const budgets = limits.file.budgets.flatMap((budget) => usedOf(budget, used))
    return { month: today.slice(0, 7), budgets }
  })
}

function viewOf({ name, kind, per, holder, counter }: Applied, now: number) {
  const { allowance } = counter
  const renewsIn = counter.renewsIn(now)
  return {
    ...{ name, kind, ...(per && { [per]: holder }) },
    unit: kind === 'budget' ? 'units' : 'requests',
    ...(allowance.kind === 'rate'
      ? { burst: allowance.burst, perSecond: allowance.perSecond }
      : { most: allowance.most, period: allowance.period }),
    left: Math.max(0, Math.floor(counter.left(now))),
    ...(renewsIn !== undefined && { renewsAt: new Date(now + renewsIn).toISOString() }),
  }
}

/** Who used a budget, or is named by one of its overrides, with what they may use. */
function usedOf({ name, per, month, overrides }: Budget, rows: readonly UsageRow[]) {
  const shares = new Map<string, { tenant: string; holder: string; used: number }>()
  const add = (tenant: string | undefined, holder: string | undefined, units: number) => {
    if (tenant === undefined || holder === undefined || holder === '') return
    const key = JSON.stringify([holder, tenant])
    const known = shares.get(key)
    if (known) known.used += units
    else shares.set(key, { tenant, holder, used: units })
  }
  for (const row of rows) add(row.tenant, row[per], row.units)
  for (const other of overrides) add(other.tenant, other[per], 0)
  const inOrder = [...shares].sort(([one], [other]) => (one < other ? -1 : 1))
  return inOrder.map(([, { tenant, holder, used }]) => {
    const isTheirs = (other: Budget['overrides'][number]) =>
      (other.tenant ?? tenant) === tenant && (other.team === undefined || other.team === holder)
    const of = overrides.find(isTheirs)?.month ?? month
    const share = Math.round((used / of) * 1000) / 1000
    return { name, per, ...(per === 'team' && { tenant }), holder, used, of, share }
  })
}

/** Throws InvalidError that names each parameter that is wrong. */
export function parsed<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(query)
  if (!error) return data
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'the query'}: ${message}`)
  throw new InvalidError(`The query is not right: ${problems.join('; ')}.`)
}
