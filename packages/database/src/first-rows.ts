import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'

/**
 * The first rows of a query that is in order, of which nobody asks for more than `most`. PostgreSQL takes a limit that
 * it does not know for a tenth of the rows, and makes a new plan of each call while the values promise a cheaper one. So
 * the literal says how few they are, and the number is selected, which no plan looks at.
 */
export function firstRows<Schema, Tables extends keyof Schema, Row>(
  query: SelectQueryBuilder<Schema, Tables, Row>,
  rows: number,
  most: number,
): RawBuilder<Row> {
  return sql<Row>`select * from (${query.limit(sql.lit(most))}) as in_order limit (select ${rows}::bigint)`
}
