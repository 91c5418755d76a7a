import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { sql, type Transaction } from 'kysely'
import type { Options, Tables } from './tables.ts'

export interface LifetimeRow {
  customer: string
  customer_name: string
  currency: string
  first_order: string
  last_order: string
  orders: number
  units: number
  revenue: string
  average_order_value: string
}

export interface LifetimeSummary {
  currency: string
  customers: number
  revenue: string
  average: string
  median: string
  orders: number
}

/** What customers have brought so far. */
export function customerStore(database: Database<Tables>) {
  return {
    /** The best first, one row more than the limit; and over all of them, for each currency. */
    async lifetime(
      principal: Principal,
      { customers, limit }: { customers: readonly string[] | undefined; limit: number },
      { signal }: Options,
    ): Promise<{ rows: LifetimeRow[]; summary: LifetimeSummary[] }> {
      const { tenant } = principal
      return await database.inTenant(
        principal,
        async (trx) => {
          const rows = await lifetimes(trx, tenant)
            .$if(customers !== undefined, (query) => query.where('customer_id', 'in', customers ?? []))
            .innerJoin('customers as c', (join) =>
              join.onRef('c.tenant', '=', 's.tenant').onRef('c.id', '=', 's.customer_id'),
            )
            .select([
              's.customer_id as customer',
              'c.name as customer_name',
              's.currency',
              sql<string>`s.first_day`.as('first_order'),
              sql<string>`s.last_day`.as('last_order'),
              's.orders',
              's.units',
              's.revenue',
              sql<string>`s.revenue / s.orders`.as('average_order_value'),
            ])
            .orderBy('s.revenue', 'desc')
            .orderBy('s.customer_id')
            .orderBy('s.currency')
            .limit(limit + 1)
            .execute()
          const summary = await lifetimes(trx, tenant)
            .select([
              's.currency',
              sql<number>`count(*)`.as('customers'),
              sql<number>`sum(s.orders)::bigint`.as('orders'),
              sql<string>`sum(s.revenue)`.as('revenue'),
              sql<string>`avg(s.revenue)`.as('average'),
              sql<string>`percentile_disc(0.5) within group (order by s.revenue)`.as('median'),
            ])
            .groupBy('s.currency')
            .orderBy('s.currency')
            .execute()
          return { rows, summary }
        },
        { signal, readOnly: true },
      )
    },
  }
}

function lifetimes(trx: Transaction<Tables>, tenant: string) {
  return trx.selectFrom('sales_customer as s').where('s.tenant', '=', tenant).where('s.orders', '>', 0)
}
