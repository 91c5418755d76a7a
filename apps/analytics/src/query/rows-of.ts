import { type RawBuilder, sql } from 'kysely'
import { wholeYears } from './calendar.ts'
import type { Question } from './question.ts'
import type { Source } from './sources.ts'

/** A source's column of days; of months, the first. */
export function dayOf({ per }: Source): RawBuilder<unknown> {
  return sql.ref(per === 'month' ? 's.month' : 's.day')
}

/**
 * The rows of a source. Sums of years come with the single days before and after the whole years that a range holds,
 * and with a column `day`, the first of the year.
 */
export function rowsOf(tenant: string, question: Question, source: Source): RawBuilder<unknown> {
  if (source.per !== 'year' || source.edges === undefined) return sql.table(source.name)
  const columns = columnsOf(question)
  const { first = null, last = null } = wholeYears(question.range) ?? {}
  const sums = sql`select tenant, year as day, ${columns} from ${sql.table(source.name)} where ${sql.join(
    [
      sql`tenant = ${tenant}`,
      ...(first === null ? [] : [sql`year >= cast(${first} as date)`]),
      ...(last === null ? [] : [sql`year <= cast(${last} as date)`]),
    ],
    sql` and `,
  )}`
  const edges = [
    ...(first === null || first === question.range.from ? [] : [sql`day < cast(${first} as date)`]),
    ...(last === null || last === question.range.to ? [] : [sql`day > cast(${last} as date)`]),
  ]
  const parts = edges.map(
    (edge) =>
      sql`select tenant, day, ${columns} from ${sql.table(source.edges ?? '')} where tenant = ${tenant} and ${edge}`,
  )
  return sql`(${sql.join([sums, ...parts], sql` union all `)})`
}

function columnsOf({ metrics }: Question): RawBuilder<unknown> {
  // Customers are counted from the rows that have orders.
  const measures = metrics.flatMap((metric) =>
    metric.measures.map((measure) => (measure === 'customers' ? 'orders' : measure)),
  )
  return sql.join(['customer_id', 'currency', ...new Set(measures)].map((name) => sql.ref(name)))
}
