import { InvalidError } from '@atoll/errors'
import { type RawBuilder, sql } from 'kysely'
import { type ColumnType, columnType, type QueryTable } from './catalogue.ts'
import type { Aggregate, Group, QueryRequest } from './request.ts'

/** One column of the result. */
export interface Output {
  name: string
  expression: RawBuilder<string | number | null>
  /** Whether rows are grouped by it. */
  grouped: boolean
}

/** What the result holds, in order. Throws InvalidError for what the table or the type does not allow. */
export function outputs(table: QueryTable, request: QueryRequest): Output[] {
  if (!isGrouped(request)) {
    return [...new Set(request.columns ?? Object.keys(table.columns))].map((column) => plain(table, column))
  }
  if (request.columns) {
    throw new InvalidError(
      'columns is for plain rows. With group_by or aggregates, put the columns into group_by.',
    )
  }
  const all = [
    ...request.group_by.map((group) => grouping(table, group)),
    ...request.aggregates.map((aggregate) => aggregation(table, aggregate)),
  ]
  const twice = all.find(({ name }, index) => all.findIndex((other) => other.name === name) !== index)
  if (twice)
    throw new InvalidError(
      `Two results are named "${twice.name}". Give one aggregate another name with "as".`,
    )
  return all
}

export function isGrouped(request: QueryRequest): boolean {
  return request.group_by.length > 0 || request.aggregates.length > 0
}

function plain(table: QueryTable, column: string): Output {
  return { name: column, expression: readable(columnType(table, column), sql.ref(column)), grouped: false }
}

function grouping(table: QueryTable, group: Group): Output {
  if (typeof group === 'string') return { ...plain(table, group), grouped: true }
  const { column, by } = group
  if (columnType(table, column) !== 'date') {
    throw new InvalidError(
      `${table.name}.${column} is no date and cannot be grouped by ${by}. Date columns: ${dates(table)}.`,
    )
  }
  const expression = sql<string>`cast(date_trunc(${sql.lit(by)}, ${sql.ref(column)}) as date)`
  return { name: `${column}_${by}`, expression, grouped: true }
}

function aggregation(table: QueryTable, { fn, column, as }: Aggregate): Output {
  const name = as ?? (column === undefined ? fn : `${fn}_${column}`)
  if (column === undefined) {
    if (fn !== 'count') throw new InvalidError(`${fn} needs a column. Only count works without.`)
    return { name, expression: sql<number>`count(*)`, grouped: false }
  }
  const type = columnType(table, column)
  if ((fn === 'sum' || fn === 'avg') && type !== 'number') {
    throw new InvalidError(
      `${fn} needs a number; ${table.name}.${column} is ${type}. Number columns: ${numbers(table)}.`,
    )
  }
  const ref = sql.ref(column)
  const expression = {
    count: sql<number>`count(${ref})`,
    count_distinct: sql<number>`count(distinct ${ref})`,
    sum: readable('number', sql`sum(${ref})`),
    avg: readable('number', sql`round(avg(${ref}), 4)`),
    min: readable(type, sql`min(${ref})`),
    max: readable(type, sql`max(${ref})`),
  }[fn]
  return { name, expression, grouped: false }
}

function readable(type: ColumnType, expression: RawBuilder<unknown>): RawBuilder<string | number | null> {
  return type === 'number' ? sql`cast(${expression} as float8)` : sql`${expression}`
}

function dates(table: QueryTable): string {
  return ofType(table, 'date')
}

function numbers(table: QueryTable): string {
  return ofType(table, 'number')
}

function ofType(table: QueryTable, type: ColumnType): string {
  const names = Object.keys(table.columns).filter((column) => table.columns[column] === type)
  return names.join(', ') || 'none'
}
