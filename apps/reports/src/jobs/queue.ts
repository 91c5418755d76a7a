import type { ConnectContext } from '@atoll/server-kit'
import { sql, type Transaction } from 'kysely'
import { fromKysely, PgBoss, type Queue } from 'pg-boss'
import type { Priority, ReportId } from '../model.ts'
import type { Dequeue, Enqueue } from '../store/reports.ts'
import type { Tables } from '../store/tables.ts'
import { rankOf } from './rank.ts'
import type { StartedQueue } from './start-queue.ts'

export const SCHEMA = 'pgboss'
export const QUEUE = 'reports'
/** Where jobs go that nobody tries again. */
export const DEAD_QUEUE = 'reports_dead'

/** Who asked for which report; nothing else stands in the queue. */
export interface Job {
  readonly tenant: string
  readonly subject: string
  readonly id: ReportId
}

export interface Patience {
  /** Seconds after which a worker that gave no sign of life is gone; at least 10. */
  readonly heartbeat: number
  /** Seconds that one attempt may take. */
  readonly attempt: number
  /** Attempts after the first. */
  readonly retries: number
}

export const PATIENCE: Patience = { heartbeat: 10, attempt: 600, retries: 4 }

/** How jobs of the queue live: retried later and later, with jitter, and put aside in the end. */
export function queueOptions({ heartbeat, attempt, retries }: Patience): Omit<Queue, 'name'> {
  return {
    retryLimit: retries,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
    expireInSeconds: attempt,
    heartbeatSeconds: heartbeat,
    deadLetter: DEAD_QUEUE,
    notify: true,
  }
}

/** Seconds between two looks for jobs whose worker is gone. */
const SUPERVISE = 3

/** The queue as the app's role sees it: it uses what `migrate` made, and changes nothing of it. */
export function openQueue(url: string, logger: ConnectContext['logger']): PgBoss {
  const boss = new PgBoss({
    connectionString: url,
    schema: SCHEMA,
    application_name: 'reports-queue',
    max: 4,
    migrate: false,
    createSchema: false,
    schedule: false,
    useListenNotify: true,
    superviseIntervalSeconds: SUPERVISE,
    monitorIntervalSeconds: SUPERVISE,
    // Both are for the owner of the tables.
    reindex: false,
    monitorVacuum: false,
  })
  boss.on('error', (error) => logger.warn({ err: error }, 'The queue of reports'))
  boss.on('warning', ({ message }) => logger.warn(message))
  return boss
}

/** Jobs come and go in the transaction that changes their report. */
export function queueSide(
  boss: PgBoss,
  started: Pick<StartedQueue, 'check'>,
): { enqueue: Enqueue; dequeue: Dequeue } {
  return {
    async enqueue(trx, { jobId, tenant, subject, id, priority }) {
      await started.check()
      const rank = rankOf(priority, await waiting(trx, tenant, priority))
      const job: Job = { tenant, subject, id }
      const sent = await boss.send(QUEUE, job, {
        id: jobId,
        priority: rank,
        group: { id: tenant, tier: priority },
        db: fromKysely(trx),
      })
      if (sent === null) throw new Error('The queue took no job')
    },
    async dequeue(trx, jobId) {
      await boss.cancel(QUEUE, jobId, { db: fromKysely(trx) })
    },
  }
}

/** Jobs of the tenant that wait, of this priority or a higher one. */
async function waiting(trx: Transaction<Tables>, tenant: string, priority: Priority): Promise<number> {
  const tiers = { low: ['low', 'normal', 'high'], normal: ['normal', 'high'], high: ['high'] }[priority]
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pgboss.job
    where name = ${QUEUE} and state < 'active' and group_id = ${tenant} and group_tier = any(${tiers})
  `.execute(trx)
  return rows[0]?.count ?? 0
}
