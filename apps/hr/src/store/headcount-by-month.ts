import { sql, type Transaction } from 'kysely'
import type { Headcount, HeadcountRequest } from './headcount.ts'
import { EPOCH, staffMoves } from './staff.ts'
import type { Tables } from './tables.ts'

/**
 * One row per month that the period touches: joiners and leavers of each month, added up. Tenure comes along as the
 * running sum of hire dates.
 */
export async function headcountByMonth(
  trx: Transaction<Tables>,
  request: HeadcountRequest,
): Promise<Headcount['groups']> {
  const { from, to } = request
  const [first, last] = [sql`cast(${from} as date)`, sql`cast(${to} as date)`]
  const { rows } = await sql<Headcount['groups'][number]>`
    with moves as (${staffMoves(request, first, last)}),
    opening as (
      select coalesce(sum(joined - gone), 0) as people, coalesce(sum(joined_days - gone_days), 0) as days
      from moves where day < ${first}
    ),
    moved as (
      select to_char(day, 'YYYY-MM') as key, sum(joined) as joiners, sum(gone) as leavers,
        sum(joined_days - gone_days) as days
      from moves where day between ${first} and ${last} group by 1
    ),
    months as (
      select to_char(month, 'YYYY-MM') as key, least((month + interval '1 month')::date - 1, ${last}) as last
      from generate_series(date_trunc('month', ${first}), ${last}, '1 month') as month
    ),
    running as (
      select key, last, coalesce(joiners, 0) as joiners, coalesce(leavers, 0) as leavers,
        opening.people + sum(coalesce(joiners - leavers, 0)) over (order by key) as headcount,
        opening.days + sum(coalesce(moved.days, 0)) over (order by key) as days
      from months cross join opening left join moved using (key)
    )
    select key, key as name, (headcount - joiners + leavers)::int as opening, joiners::int as joiners,
      leavers::int as leavers, headcount::int as headcount,
      round(((last - ${EPOCH}) - days / nullif(headcount, 0)) / 365.25, 2)::float8 as tenure_years
    from running order by key`.execute(trx)
  return rows
}
