import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { sql } from 'kysely'
import type { Options, Tables } from './tables.ts'

export interface CohortRow {
  cohort: string
  month: string
  customers: number
}

/** Customers by the month of their first order, and in which months they came back. */
export function cohortStore(database: Database<Tables>) {
  return {
    /** Cohorts from one month to another (first days of months), oldest first; the first row of each is its size. */
    async retention(
      principal: Principal,
      {
        from,
        to,
        months,
        limit,
      }: { from?: string | undefined; to?: string | undefined; months: number; limit: number },
      { signal }: Options,
    ): Promise<CohortRow[]> {
      return await database.inTenant(
        principal,
        (trx) =>
          trx
            .selectFrom('sales_cohorts')
            .select(['cohort', 'month', 'customers'])
            .where('tenant', '=', principal.tenant)
            .$if(from !== undefined, (query) => query.where('cohort', '>=', from ?? ''))
            .$if(to !== undefined, (query) => query.where('cohort', '<=', to ?? ''))
            .where(sql<boolean>`month <= (cohort + make_interval(months => ${months}))::date`)
            .orderBy('cohort')
            .orderBy('month')
            .limit(limit)
            .execute(),
        { signal, readOnly: true },
      )
    },
  }
}
