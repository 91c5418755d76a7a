import { script } from '@atoll/limits'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { Days, UsageRow } from './usage-row.ts'
import type { UsageStore } from './usage-store.ts'

/** Seconds for which a day is kept: what is wanted for longer belongs in a database. */
const KEPT = 100 * 86_400
/** Seconds for which a batch that was kept is known. */
const KNOWN = 3600

/** KEYS: the batch, then the hash of each row's day. ARGV: two lifetimes, then field, calls, units and failed of each row. */
const keepOnce = script(`
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then return 0 end
for index = 2, #KEYS do
  local at = 3 + (index - 2) * 4
  for offset, name in ipairs({ 'calls', 'units', 'failed' }) do
    redis.call('HINCRBY', KEYS[index], ARGV[at] .. name, ARGV[at + offset])
  end
  redis.call('EXPIRE', KEYS[index], ARGV[2])
end
return 1
`)

const Field = z.tuple([z.string(), z.string(), z.string(), z.string()])

/** Usage of all replicas in Redis: a hash for each day, kept for 100 days. */
export function redisStore(redis: Redis, name: string): UsageStore {
  const prefix = `atoll:usage:{${name}}:`
  return {
    name: 'Redis',
    async keep({ id, rows }) {
      const keys = [`${prefix}batch:${id}`, ...rows.map(({ day }) => `${prefix}day:${day}`)]
      const values = rows.flatMap(({ tenant, team, server, tool, calls, units, failed }) => [
        JSON.stringify([tenant, team, server, tool]),
        ...[calls, units, failed],
      ])
      await keepOnce(redis, keys, [KNOWN, KEPT, ...values])
    },
    async read(days) {
      const found: UsageRow[] = []
      for (const day of daysOf(days)) found.push(...rowsOf(day, await redis.hgetall(`${prefix}day:${day}`)))
      return found
    },
    close: async () => {},
  }
}

function rowsOf(day: string, fields: Readonly<Record<string, string>>): UsageRow[] {
  const rows = new Map<string, UsageRow>()
  for (const [field, value] of Object.entries(fields)) {
    const end = field.lastIndexOf(']') + 1
    const names = field.slice(0, end)
    const known = rows.get(names)
    const [tenant, team, server, tool] = Field.parse(JSON.parse(names))
    const row = known ?? { day, tenant, team, server, tool, calls: 0, units: 0, failed: 0 }
    rows.set(names, row)
    const which = field.slice(end)
    if (which === 'calls' || which === 'units' || which === 'failed') row[which] = Number(value)
  }
  return [...rows.values()]
}

/** At most as many as are kept. */
function daysOf({ since, until }: Days): string[] {
  const days: string[] = []
  const last = Math.min(Date.parse(until), Date.now() + 86_400_000)
  const first = Math.max(Date.parse(since), last - KEPT * 1000)
  for (let at = first; at <= last; at += 86_400_000) days.push(new Date(at).toISOString().slice(0, 10))
  return days
}
