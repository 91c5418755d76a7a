import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { type RawBuilder, sql } from 'kysely'
import type { Options } from './employees.ts'
import { headcountByMonth } from './headcount-by-month.ts'
import { refuseUnknown } from './refuse-unknown.ts'
import { EPOCH, staffMoves } from './staff.ts'
import type { Tables } from './tables.ts'

export interface HeadcountRequest {
  by: 'none' | 'department' | 'location' | 'month'
  /** First and last day, both included. */
  from: string
  to: string
  /** Id or name. */
  department?: string | undefined
  location?: string | undefined
}

/** Counts of a period: opening + joiners - leavers = headcount. */
export interface Counts {
  /** Employed on the day before the period. */
  opening: number
  joiners: number
  leavers: number
  /** Employed at the end of the period. */
  headcount: number
  /** Of those employed at the end; null when nobody is. */
  tenure_years: number | null
}

export interface Headcount {
  total: Counts & { on_record: number }
  groups: (Counts & { key: string; name: string })[]
}

export function headcountStore(database: Database<Tables>) {
  return {
    /** Throws NotFoundError for an unknown department. */
    async summary(principal: Principal, request: HeadcountRequest, { signal }: Options): Promise<Headcount> {
      return await database.inTenant(
        principal,
        async (trx) => {
          const { rows } = await grouped(request).execute(trx)
          const total = rows.find((row) => row.is_total) ?? NOBODY
          if (total.on_record === 0) await refuseUnknown(trx, { department: request.department })
          if (request.by === 'month') return { total, groups: await headcountByMonth(trx, request) }
          const groups = rows.filter((row) => !row.is_total)
          return { total, groups: request.by === 'none' ? [] : groups }
        },
        { signal, readOnly: true },
      )
    },
  }
}

type Row = Counts & { key: string; name: string; is_total: boolean; on_record: number }

const NOBODY = { opening: 0, joiners: 0, leavers: 0, headcount: 0, tenure_years: null, on_record: 0 }

const KEYS = {
  none: { key: sql`''`, name: sql`''` },
  month: { key: sql`''`, name: sql`''` },
  department: { key: sql`department_id`, name: sql`(select name from departments where id = key)` },
  location: { key: sql`location`, name: sql`key` },
}

function grouped(request: HeadcountRequest): RawBuilder<Row> {
  const { by, from, to } = request
  const [first, last] = [sql`cast(${from} as date)`, sql`cast(${to} as date)`]
  const { key, name } = KEYS[by]
  return sql<Row>`
    with moves as (${staffMoves({ ...request, ...(by === 'location' && { byLocation: true }) }, first, last)}),
    groups as (
      select key, grouping(key) = 1 as is_total,
        coalesce(sum(joined - gone) filter (where day < ${first}), 0)::int as opening,
        coalesce(sum(joined) filter (where day between ${first} and ${last}), 0)::int as joiners,
        coalesce(sum(gone) filter (where day between ${first} and ${last}), 0)::int as leavers,
        coalesce(sum(joined - gone) filter (where day <= ${last}), 0)::int as headcount,
        sum(joined_days - gone_days) filter (where day <= ${last}) as days,
        sum(joined)::int as on_record
      from (select *, ${key} as key from moves) keyed group by grouping sets ((key), ()) having sum(joined) > 0
    )
    select key, ${name} as name, is_total, opening, joiners, leavers, headcount, on_record,
      round(((${last} - ${EPOCH}) - days / nullif(headcount, 0)) / 365.25, 2)::float8 as tenure_years
    from groups order by name`
}
