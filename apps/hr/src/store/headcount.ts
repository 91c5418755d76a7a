import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { type RawBuilder, sql } from 'kysely'
import type { Options } from './employees.ts'
import { headcountByMonth } from './headcount-by-month.ts'
import { refuseUnknown } from './refuse-unknown.ts'
import { staff } from './staff.ts'
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
  none: sql`'' as key, '' as name`,
  month: sql`'' as key, '' as name`,
  department: sql`d.id as key, d.name as name`,
  location: sql`e.location as key, e.location as name`,
}

function grouped(request: HeadcountRequest): RawBuilder<Row> {
  const { by, from, to } = request
  const atEnd = sql`hired_on <= ${to} and (left_on is null or left_on > ${to})`
  return sql<Row>`
    with staff as (${staff(request, KEYS[by])})
    select key, name, grouping(key) = 1 as is_total,
      count(*) filter (where hired_on < ${from} and (left_on is null or left_on >= ${from})) as opening,
      count(*) filter (where hired_on between ${from} and ${to}) as joiners,
      count(*) filter (where left_on between ${from} and ${to}) as leavers,
      count(*) filter (where ${atEnd}) as headcount,
      round(avg(cast(${to} as date) - hired_on) filter (where ${atEnd}) / 365.25, 2)::float8 as tenure_years,
      count(*) as on_record
    from staff group by grouping sets ((key, name), ()) order by name`
}
