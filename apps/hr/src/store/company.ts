import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { sql } from 'kysely'
import type { Options } from './employees.ts'
import { staffMoves } from './staff.ts'
import type { Tables } from './tables.ts'

export interface Company {
  tenant: string
  name: string
  headquarters: string | null
  time_zone: string | null
  currency: string | null
  fiscal_year_start_month: number | null
  hours_per_week: number | null
  founded_on: string | null
  employees_on_record: number
  headcount: number
  departments: number
  projects: number
  /** Office to people employed there today. */
  locations: Record<string, number>
  timesheets: { from: string | null; to: string | null }
}

export function companyStore(database: Database<Tables>) {
  return {
    /** The caller's company. A tenant whose people were imported has no profile yet: its name is the tenant's. */
    async profile(principal: Principal, { signal }: Options): Promise<Company> {
      const { rows } = await database.inTenant(principal, (trx) => PROFILE.execute(trx), {
        signal,
        readOnly: true,
      })
      const { tenant } = principal
      const [row] = rows
      return { ...(row as Omit<Company, 'tenant'>), name: row?.name ?? tenant, tenant }
    },
  }
}

const PROFILE = sql<Omit<Company, 'tenant'>>`
  with moves as (${staffMoves({ byLocation: true }, sql`current_date`, sql`current_date`)}),
  offices as (
    select location, sum(joined - gone)::int as people from moves where day <= current_date
    group by location having sum(joined - gone) > 0
  )
  select c.name, c.headquarters, c.time_zone, c.currency, c.fiscal_year_start_month,
    c.hours_per_week::float8 as hours_per_week, c.founded_on,
    (select coalesce(sum(joined), 0)::int from moves) as employees_on_record,
    (select coalesce(sum(people), 0) from offices)::int as headcount,
    (select count(*) from departments) as departments,
    (select count(*) from projects) as projects,
    (select coalesce(jsonb_object_agg(location, people), '{}') from offices) as locations,
    (select jsonb_build_object('from', min(worked_on), 'to', max(worked_on)) from timesheets) as timesheets
  from (select 1) as one left join companies c on true`
