import { type RawBuilder, sql } from 'kysely'
import { wholePeriods } from './calendar.ts'
import type { Question } from './question.ts'
import type { Source } from './sources.ts'

/** A source's column of days; of months without single days around them, the first. */
export function dayOf({ per, edges }: Source): RawBuilder<unknown> {
  return sql.ref(per === 'month' && edges === undefined ? 's.month' : 's.day')
}

/**
 * The rows of a source. Sums of months or years come with the single days of a range before and after its whole ones,
 * and with a column `day`, the first that they sum up.
 */
export function rowsOf(tenant: string, question: Question, source: Source): RawBuilder<unknown> {
  const { name, per, edges } = source
  if (edges === undefined || per === 'day' || per === 'all') return sql.table(name)
  const columns = columnsOf(question, source)
  const { from, to } = question.range
  const { first = null, last = null } = wholePeriods(per, question.range) ?? {}
  const period = sql.ref(per)
  const among = [
    sql`tenant = ${tenant}`,
    ...(first === null ? [] : [sql`${period} >= cast(${first} as date)`]),
    ...(last === null ? [] : [sql`${period} <= cast(${last} as date)`]),
  ]
  const around = [
    ...(first === null || first === from ? [] : [sql`day < cast(${first} as date)`]),
    ...(last === null || last === to ? [] : [sql`day > cast(${last} as date)`]),
  ]
  const parts = [
    sql`select tenant, ${period} as day, ${columns} from ${sql.table(name)} where ${sql.join(among, sql` and `)}`,
    ...around.map(
      (days) =>
        sql`select tenant, day, ${columns} from ${sql.table(edges)} where tenant = ${tenant} and ${days}`,
    ),
  ]
  return sql`(${sql.join(parts, sql` union all `)})`
}

function columnsOf({ metrics }: Question, { keys }: Source): RawBuilder<unknown> {
  // Customers are counted from the rows that have orders.
  const measures = metrics.flatMap((metric) =>
    metric.measures.map((measure) => (measure === 'customers' ? 'orders' : measure)),
  )
  return sql.join([...keys, ...new Set(measures)].map((column) => sql.ref(column)))
}
