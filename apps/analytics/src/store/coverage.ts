import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { sql } from 'kysely'
import type { Options, Tables } from './tables.ts'

export interface Coverage {
  first_day: string | null
  last_day: string | null
  orders: number
  currencies: string[]
  loaded_at: string | null
}

/** What there is to ask about. */
export function coverageStore(database: Database<Tables>) {
  return {
    async find(principal: Principal, { signal }: Options): Promise<Coverage> {
      const rows = await database.inTenant(
        principal,
        (trx) =>
          trx
            .selectFrom('sales_daily')
            .where('tenant', '=', principal.tenant)
            .select([
              sql<string | null>`min(day)`.as('first_day'),
              sql<string | null>`max(day)`.as('last_day'),
              sql<number>`coalesce(sum(orders), 0)::bigint`.as('orders'),
              sql<string[] | null>`array_agg(distinct currency::text order by currency::text)`.as(
                'currencies',
              ),
              sql<Date | null>`(select loaded_at from loads where tenant = ${principal.tenant})`.as(
                'loaded_at',
              ),
            ])
            .execute(),
        { signal, readOnly: true },
      )
      const [row] = rows
      return {
        first_day: row?.first_day ?? null,
        last_day: row?.last_day ?? null,
        orders: row?.orders ?? 0,
        currencies: row?.currencies ?? [],
        loaded_at: row?.loaded_at?.toISOString() ?? null,
      }
    },

    /** What the tenant's figures are at; another import, another revision. */
    async revision(principal: Pick<Principal, 'tenant' | 'subject'>, { signal }: Options): Promise<string> {
      const row = await database.inTenant(
        principal,
        (trx) =>
          trx
            .selectFrom('loads')
            .select('revision')
            .where('tenant', '=', principal.tenant)
            .executeTakeFirst(),
        { signal, readOnly: true },
      )
      return String(row?.revision ?? 0)
    },
  }
}
