import { InvalidError } from '@atoll/errors'
import { type RawBuilder, sql } from 'kysely'
import { Day } from '../model.ts'
import { type ColumnType, columnType, type QueryTable } from './catalogue.ts'
import type { Filter } from './request.ts'

const OPERATORS = {
  eq: sql`=`,
  ne: sql`is distinct from`,
  lt: sql`<`,
  lte: sql`<=`,
  gt: sql`>`,
  gte: sql`>=`,
}

/** A filter as SQL with its values bound. Throws InvalidError when column, operator and value do not fit. */
export function condition(table: QueryTable, filter: Filter): RawBuilder<boolean> {
  const type = columnType(table, filter.column)
  const column = sql.ref(filter.column)
  const bind = (value: string | number) => bound(`${table.name}.${filter.column}`, type, value)
  switch (filter.op) {
    case 'in':
      return sql`${column} in (${sql.join(filter.value.map(bind))})`
    case 'between':
      return sql`${column} between ${sql.join(filter.value.map(bind), sql` and `)}`
    case 'is_null':
      return filter.value ? sql`${column} is null` : sql`${column} is not null`
    case 'contains':
      if (type !== 'text') {
        throw new InvalidError(
          `contains is for text; ${filter.column} is a ${type}. Use eq, gte, lte or between.`,
        )
      }
      return sql`${column} ilike ${`%${filter.value.replace(/[\\%_]/g, '\\$&')}%`}`
    default:
      return sql`${column} ${OPERATORS[filter.op]} ${bind(filter.value)}`
  }
}

function bound(name: string, type: ColumnType, value: string | number): RawBuilder<unknown> {
  if (type === 'number') {
    if (typeof value !== 'number')
      throw new InvalidError(`${name} is a number: give the value without quotes.`)
    return sql`cast(${value} as numeric)`
  }
  if (typeof value !== 'string') throw new InvalidError(`${name} is ${type}: give the value as a string.`)
  if (type === 'text') return sql`cast(${value} as text)`
  if (!Day.safeParse(value).success) throw new InvalidError(`${name} is a date: give it as YYYY-MM-DD.`)
  return sql`cast(${value} as date)`
}
