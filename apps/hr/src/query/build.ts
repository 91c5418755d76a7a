import { InvalidError } from '@atoll/errors'
import { type RawBuilder, sql } from 'kysely'
import { columnType, type QueryTable } from './catalogue.ts'
import { condition } from './condition.ts'
import { isGrouped, type Output, outputs } from './outputs.ts'
import type { QueryRequest } from './request.ts'

export type Row = Record<string, string | number | null>

/**
 * The statement for a request: identifiers come from the allowlist, values are bound. It asks for one row more
 * than the limit, to tell whether there are more. Throws InvalidError, saying what is allowed.
 */
export function build(
  table: QueryTable,
  request: QueryRequest,
): { columns: string[]; statement: RawBuilder<Row> } {
  const results = outputs(table, request)
  const where = request.filters.map((filter) => sql`(${condition(table, filter)})`)
  const groups = results.filter((output) => output.grouped)
  const clauses = [
    sql`select ${sql.join(results.map(({ name, expression }) => sql`${expression} as ${sql.id(name)}`))}`,
    sql`from ${sql.table(table.view)}`,
    ...(where.length > 0 ? [sql`where ${sql.join(where, sql` and `)}`] : []),
    ...(groups.length > 0 ? [sql`group by ${sql.join(groups.map(({ expression }) => expression))}`] : []),
    ...ordering(table, request, results),
    sql`limit ${request.limit + 1}`,
  ]
  return { columns: results.map(({ name }) => name), statement: sql<Row>`${sql.join(clauses, sql` `)}` }
}

function ordering(table: QueryTable, request: QueryRequest, results: Output[]): RawBuilder<unknown>[] {
  const grouped = isGrouped(request)
  const asked = request.sort.map(({ column, direction }) => {
    const result = results.find(({ name }) => name === column)
    if (!result && grouped) {
      throw new InvalidError(
        `Cannot sort by "${column}". The result has: ${results.map(({ name }) => name).join(', ')}.`,
      )
    }
    if (!result) columnType(table, column)
    return sql`${sql.ref(column)} ${direction === 'desc' ? sql`desc` : sql`asc`} nulls last`
  })
  const names = grouped ? results.filter((output) => output.grouped).map(({ name }) => name) : table.key
  const rest = names.map((name) => sql`${sql.ref(name)} asc`)
  const all = [...asked, ...rest]
  return all.length > 0 ? [sql`order by ${sql.join(all)}`] : []
}
