import type { Database, TenantPrincipal } from '@atoll/database'
import { sql } from 'kysely'
import type { Content, ReportId, ReportRequest } from '../model.ts'
import type { Options } from './reports.ts'
import type { Tables } from './tables.ts'

/** A report in the hands of one worker. */
export interface Run extends ReportRequest {
  readonly id: ReportId
  /** Only the latest may write. */
  readonly attempt: number
  readonly granted: readonly string[]
  readonly sealedAuthorization: string | null
}

/** What workers write. Every write is refused to a run that is no longer the latest, or whose report has ended. */
export function runStore(database: Database<Tables>) {
  const held = (who: TenantPrincipal, { id, attempt }: Pick<Run, 'id' | 'attempt'>) => {
    return { tenant: who.tenant, subject: who.subject, id, attempt, status: 'running' as const }
  }

  return {
    /** Take a report in hand, from whoever held it before; undefined when it has ended. */
    async begin(who: TenantPrincipal, id: ReportId, { signal }: Options): Promise<Run | undefined> {
      const row = await database.inTenant(
        who,
        (trx) =>
          trx
            .updateTable('reports')
            .set({
              status: 'running',
              attempt: sql<number>`attempt + 1`,
              steps_done: 0,
              started_at: sql<Date>`coalesce(started_at, now())`,
            })
            .where('tenant', '=', who.tenant)
            .where('subject', '=', who.subject)
            .where('id', '=', id)
            .where('status', 'in', ['queued', 'running'])
            .returning(['id', 'type', 'from_day', 'to_day', 'department', 'granted', 'attempt'])
            .returning('sealed_authorization')
            .executeTakeFirst(),
        { signal },
      )
      if (!row) return undefined
      const { type, department, granted, attempt } = row
      const period = { from: row.from_day, to: row.to_day }
      return { id, type, period, department, granted, attempt, sealedAuthorization: row.sealed_authorization }
    },

    /** How many questions were answered. */
    async progress(who: TenantPrincipal, run: Run, done: number, { signal }: Options): Promise<void> {
      await database.inTenant(
        who,
        (trx) =>
          trx
            .updateTable('reports')
            .set({ steps_done: done })
            .where((eb) => eb.and(held(who, run)))
            .execute(),
        { signal },
      )
    },

    /** The end of it. False when somebody else ended it or took it in hand. */
    async finish(who: TenantPrincipal, run: Run, content: Content, { signal }: Options): Promise<boolean> {
      const { numUpdatedRows } = await database.inTenant(
        who,
        (trx) =>
          trx
            .updateTable('reports')
            .set({
              status: 'ready',
              content: JSON.stringify(content),
              steps_done: sql<number>`steps_total`,
              sealed_authorization: null,
              finished_at: sql<Date>`now()`,
            })
            .where((eb) => eb.and(held(who, run)))
            .executeTakeFirst(),
        { signal },
      )
      return numUpdatedRows === 1n
    },

    /** No worker will try again. */
    async fail(who: TenantPrincipal, id: ReportId, failure: string, { signal }: Options): Promise<void> {
      await database.inTenant(
        who,
        (trx) =>
          trx
            .updateTable('reports')
            .set({ status: 'failed', failure, sealed_authorization: null, finished_at: sql<Date>`now()` })
            .where('tenant', '=', who.tenant)
            .where('subject', '=', who.subject)
            .where('id', '=', id)
            .where('status', 'in', ['queued', 'running'])
            .execute(),
        { signal },
      )
    },
  }
}

export type RunStore = ReturnType<typeof runStore>
