import { sql, type Transaction } from 'kysely'
import type { Headcount, HeadcountRequest } from './headcount.ts'
import { staff } from './staff.ts'
import type { Tables } from './tables.ts'

/**
 * One row per month that the period touches, from one pass over the people: joiners and leavers of each month,
 * added up. Tenure comes along as the running sum of hire dates, in days since `EPOCH`.
 */
export async function headcountByMonth(
  trx: Transaction<Tables>,
  request: HeadcountRequest,
): Promise<Headcount['groups']> {
  const { from, to } = request
  const { rows } = await sql<Headcount['groups'][number]>`
    with staff as (${staff(request, EPOCH)}),
    opening as (
      select count(*) as people, coalesce(sum(hired_on - epoch), 0) as days
      from staff where hired_on < ${from} and (left_on is null or left_on >= ${from})
    ),
    joined as (
      select to_char(hired_on, 'YYYY-MM') as key, count(*) as people, sum(hired_on - epoch) as days
      from staff where hired_on between ${from} and ${to} group by 1
    ),
    gone as (
      select to_char(left_on, 'YYYY-MM') as key, count(*) as people, sum(hired_on - epoch) as days
      from staff where left_on between ${from} and ${to} group by 1
    ),
    months as (
      select to_char(month, 'YYYY-MM') as key,
        least((month + interval '1 month')::date - 1, cast(${to} as date)) as last
      from generate_series(date_trunc('month', cast(${from} as date)), cast(${to} as date), '1 month') as month
    ),
    running as (
      select key, last, coalesce(joined.people, 0) as joiners, coalesce(gone.people, 0) as leavers,
        opening.people + sum(coalesce(joined.people, 0) - coalesce(gone.people, 0)) over (order by key) as headcount,
        opening.days + sum(coalesce(joined.days, 0) - coalesce(gone.days, 0)) over (order by key) as days
      from months cross join opening left join joined using (key) left join gone using (key)
    )
    select key, key as name, (headcount - joiners + leavers)::int as opening, joiners::int as joiners,
      leavers::int as leavers, headcount::int as headcount,
      round(((last - ${EPOCH_DATE}) - days / nullif(headcount, 0)) / 365.25, 2)::float8 as tenure_years
    from running order by key`.execute(trx)
  return rows
}

const EPOCH_DATE = sql`date '2000-01-01'`
const EPOCH = sql`${EPOCH_DATE} as epoch`
