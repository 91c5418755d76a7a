import type { Database } from '@atoll/database'
import type { ConnectContext } from '@atoll/server-kit'
import { sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { QUEUE } from './queue.ts'

/**
 * How long the queue is, of all tenants together and as every replica sees it, and how long its first one waits. While
 * the database cannot be asked there is no value.
 */
export function measureQueue(
  { kysely }: Pick<Database<Tables>, 'kysely'>,
  metrics: ConnectContext['metrics'],
): void {
  metrics.gauge(
    'atoll_reports_queue',
    'Reports that wait, wait to be tried again, or are being made, at all replicas.',
    () => count(kysely).catch(() => []),
    ['state'],
  )
  metrics.gauge(
    'atoll_reports_queue_oldest_seconds',
    'For how long the report has waited that was asked for first; 0 when none waits.',
    () => age(kysely).catch(() => []),
  )
}

async function count(kysely: Database<Tables>['kysely']) {
  const { rows } = await sql<{ waiting: number; retrying: number; running: number }>`
    select count(*) filter (where state = 'created')::int as waiting,
      count(*) filter (where state = 'retry')::int as retrying,
      count(*) filter (where state = 'active')::int as running
    from pgboss.job where name = ${QUEUE} and state <= 'active'`.execute(kysely)
  return Object.entries(rows[0] ?? {}).map(([state, value]) => ({ labels: { state }, value }))
}

async function age(kysely: Database<Tables>['kysely']) {
  const { rows } = await sql<{ seconds: number }>`
    select coalesce(extract(epoch from now() - min(created_on)), 0)::float8 as seconds
    from pgboss.job where name = ${QUEUE} and state < 'active'`.execute(kysely)
  return rows[0]?.seconds ?? 0
}
