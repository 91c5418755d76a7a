import { type RawBuilder, sql } from 'kysely'
import { dimension } from '../dimensions/catalogue.ts'
import { dimensionValue } from './dimension-value.ts'
import type { Filter, Question } from './question.ts'
import { dayOf } from './rows-of.ts'
import type { Source } from './sources.ts'

/** The tenant's rows of the asked days that pass the filters. */
export function conditions(tenant: string, question: Question, source: Source): RawBuilder<unknown>[] {
  const { from, to } = question.range
  const day = dayOf(source)
  return [
    sql`s.tenant = ${tenant}`,
    ...(from === undefined ? [] : [sql`${day} >= cast(${from} as date)`]),
    ...(to === undefined ? [] : [sql`${day} <= cast(${to} as date)`]),
    ...question.filters.map((filter) => sql`(${condition(filter, source)})`),
  ]
}

/** Rows without a value have none of the given ones, unless null is given. */
function condition({ dimension: name, values, not }: Filter, source: Source): RawBuilder<unknown> {
  const value = dimensionValue(name, source)
  const given = sql`cast(${values.filter((each) => each !== null)} as ${sql.raw(dimension(name).type)}[])`
  const hasNull = values.includes(null)
  if (!not)
    return hasNull ? sql`${value} = any (${given}) or ${value} is null` : sql`${value} = any (${given})`
  const isOther = sql`${value} <> all (${given})`
  return hasNull ? sql`${value} is not null and ${isOther}` : sql`${value} is null or ${isOther}`
}
