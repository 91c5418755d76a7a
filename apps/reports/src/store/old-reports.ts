import type { Database } from '@atoll/database'
import { sql } from 'kysely'
import type { Options } from './reports.ts'
import type { Tables } from './tables.ts'

/** Reports that go in one transaction. */
const AT_ONCE = 500

export function oldReportStore(database: Database<Tables>) {
  return {
    /** Remove the reports of all tenants that ended more than so many days ago. Resolves with how many there were. */
    async remove(days: number, { signal }: Options): Promise<number> {
      let removed = 0
      const { rows: tenants } = await sql<{ tenant: string }>`select tenant from report_tenants`.execute(
        database.kysely,
      )
      for (const { tenant } of tenants) {
        for (let more = true; more; ) {
          const count = await removeSome(tenant, days, signal)
          removed += count
          more = count === AT_ONCE
        }
      }
      return removed
    },
  }

  async function removeSome(tenant: string, days: number, signal: AbortSignal): Promise<number> {
    const { rows } = await database.inTenant(
      { tenant, subject: 'reports' },
      (trx) =>
        sql<{ removed: number }>`
          select remove_old_reports(now() - make_interval(days => ${days}), ${AT_ONCE}) as removed`.execute(
          trx,
        ),
      { signal },
    )
    return rows[0]?.removed ?? 0
  }
}

export type OldReportStore = ReturnType<typeof oldReportStore>
