import { InvalidError } from '@atoll/errors'
import type { Counts } from '@atoll/limits'
import { z } from 'zod'
import type { AddAdminRoute } from '../policy/admin-access.ts'
import type { UsageLog } from '../usage/usage-log.ts'
import type { Applied } from './apply-limits.ts'
import type { Crowd } from './crowd.ts'
import type { Limits } from './limits.ts'

export interface LimitRouteOptions {
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
  tool: z
    .string()
    .regex(/^[^_]+__.+$/, 'must be a tool as the gateway calls it')
    .optional(),
})

/**
 * `GET /admin/limits`: how this replica counts and what the file allows; with `?tenant=…` (and `subject`, `issuer`, `roles`,
 * `tool`) what is left to somebody. `GET /admin/budgets`: budgets of this month, and what was used of each.
 */
export function addLimitRoutes(
  add: AddAdminRoute,
  { limits, counts, crowd, usage, clock = Date.now }: LimitRouteOptions,
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
    const place = tool === undefined ? undefined : { tool, server: tool.slice(0, tool.indexOf('__')) }
    const someone = { ...who, roles: new Set(roles.split(' ').filter((role) => role !== '')) }
    const applied = await limits.view(someone, place)
    const now = clock()
    return { ...about, limits: applied.map((each) => viewOf(each, now)) }
  })

  add('GET', '/admin/budgets', async () => {
    const today = new Date(clock()).toISOString().slice(0, 10)
    const used = { tenant: new Map<string, number>(), team: new Map<string, number>() }
    for (const row of await usage.read({ since: `${today.slice(0, 7)}-01`, until: today })) {
      used.tenant.set(row.tenant, (used.tenant.get(row.tenant) ?? 0) + row.units)
      if (row.team !== '') used.team.set(row.team, (used.team.get(row.team) ?? 0) + row.units)
    }
    const budgets = limits.file.budgets.flatMap(({ name, per, month, overrides }) => {
      const named = overrides.flatMap(({ [per]: holder }) => holder ?? [])
      return [...new Set([...used[per].keys(), ...named])].sort().map((holder) => {
        const of = overrides.find(({ [per]: other }) => other === holder)?.month ?? month
        const units = used[per].get(holder) ?? 0
        return { name, per, holder, used: units, of, share: Math.round((units / of) * 1000) / 1000 }
      })
    })
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

/** Throws InvalidError that names each parameter that is wrong. */
export function parsed<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(query)
  if (!error) return data
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'the query'}: ${message}`)
  throw new InvalidError(`The query is not right: ${problems.join('; ')}.`)
}
