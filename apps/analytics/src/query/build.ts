import { type RawBuilder, sql } from 'kysely'
import { type DimensionName, dimension } from '../dimensions/catalogue.ts'
import type { Measure } from '../metrics/measures.ts'
import { conditions } from './conditions.ts'
import { dimensionValue } from './dimension-value.ts'
import { dimensionsOf, needsCurrency, type Question } from './question.ts'
import { dayOf, rowsOf } from './rows-of.ts'
import type { Source } from './sources.ts'

/** What a row is grouped by. */
export type Key = DimensionName | 'period'

export type ExactRow = Record<string, string | number | null>

/**
 * The statement for a question, over one source. Names come from the catalogues, values are bound. It asks for one
 * row more than the limit, to tell whether there are more.
 */
export function build(tenant: string, question: Question, source: Source): RawBuilder<ExactRow> {
  const keys = keysOf(question)
  const page = sql`select * from (${summed(tenant, question, source)}) summed
    order by ${ordering(question.order, keys)} limit ${question.limit + 1}`
  return sql<ExactRow>`select ${list([sql`page.*`, ...names(tenant, question)])} from (${page}) page`
}

/** All rows of a question, in no order: what it is grouped by, and its metrics. */
export function summed(tenant: string, question: Question, source: Source): RawBuilder<unknown> {
  const keys = keysOf(question).map((name) => ({ name, value: keyValue(name, question, source) }))
  const sums = list([
    ...keys.map(({ name, value }) => sql`${value} as ${sql.id(name)}`),
    ...measuresOf(question).map((name) => sql`${sumOf(name, source)} as ${sql.id(name)}`),
  ])
  const columns = list([
    ...keys.map(({ name }) => sql.ref(name)),
    // The catalogue's own text over names of measures, checked when it was declared.
    ...question.metrics.map((metric) => sql`${sql.raw(metric.sql)} as ${sql.id(metric.name)}`),
  ])
  return sql`select ${columns} from (
    select ${sums} from ${rowsOf(tenant, question, source)} s ${joins(question, source)}
    where ${sql.join(conditions(tenant, question, source), sql` and `)}
    ${keys.length > 0 ? sql`group by ${list(keys.map(({ value }) => value))}` : sql``}
  ) figures`
}

/** What rows are grouped by, in the order of the columns. */
export function keysOf({
  grain,
  dimensions,
  metrics,
}: Pick<Question, 'grain' | 'dimensions' | 'metrics'>): Key[] {
  const withCurrency = needsCurrency(metrics) && !dimensions.includes('currency')
  return [
    ...(grain ? (['period'] as const) : []),
    ...dimensions,
    ...(withCurrency ? (['currency'] as const) : []),
  ]
}

function keyValue(name: Key, { grain }: Question, source: Source): RawBuilder<unknown> {
  return name === 'period' ? sql.ref(`dates.${grain}`) : dimensionValue(name, source)
}

function measuresOf({ metrics }: Question): Measure[] {
  return [...new Set(metrics.flatMap(({ measures }) => measures))]
}

function sumOf(measure: Measure, { name }: Source): RawBuilder<unknown> {
  const isLines = name === 'line_figures'
  if (measure === 'orders' && isLines) return sql`count(distinct s.order_number)`
  if (measure !== 'customers' || name === 'sales_cohorts')
    return sql`coalesce(sum(${sql.ref(`s.${measure}`)}), 0)`
  // A customer whose orders were all cancelled has rows too, but for lines.
  return isLines
    ? sql`count(distinct s.customer_id)`
    : sql`count(distinct s.customer_id) filter (where s.orders > 0)`
}

function joins(question: Question, source: Source): RawBuilder<unknown> {
  const tables = new Map<string, RawBuilder<unknown>>()
  for (const name of dimensionsOf(question)) {
    const { table, key } = dimension(name)
    if (!table || table.name === 'dates' || !source.keys.includes(key)) continue
    const on = sql`${sql.ref(`${table.name}.${table.on}`)} = ${sql.ref(`s.${key}`)}`
    tables.set(
      table.name,
      sql`join ${sql.table(table.name)} on ${sql.ref(`${table.name}.tenant`)} = s.tenant and ${on}`,
    )
  }
  if (question.grain || dimensionsOf(question).includes('weekday'))
    tables.set('dates', sql`join dates on dates.day = ${dayOf(source)}`)
  return sql.join([...tables.values()], sql` `)
}

/** As asked, then by all that a row is grouped by, so that the same question has the same answer. */
export function ordering(order: Question['order'], keys: readonly Key[]): RawBuilder<unknown> {
  const direction = order.descending ? sql`desc nulls last` : sql`asc nulls last`
  return list([
    sql`${sql.ref(order.by)} ${direction}`,
    ...keys.filter((name) => name !== order.by).map((name) => sql`${sql.ref(name)} asc nulls last`),
  ])
}

/** Names of the few rows that are answered, instead of joining all that are summed up. */
export function names(tenant: string, { dimensions }: Pick<Question, 'dimensions'>): RawBuilder<unknown>[] {
  return dimensions.flatMap((name) => {
    const table = dimension(name).names
    if (!table) return []
    const named = sql`select name from ${sql.table(table)} n where n.tenant = ${tenant} and n.id = ${sql.ref(`page.${name}`)}`
    return [sql`(${named}) as ${sql.id(`${name}_name`)}`]
  })
}

export function list(parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql.join(parts, sql`, `)
}
