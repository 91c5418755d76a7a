import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'

/**
 * The first rows of a query that is in order, of which nobody asks for more than `most`. PostgreSQL takes a limit that
 * is a parameter for a tenth of all rows, and so makes a new plan of each call; the literal within says how few they
 * are, in one text for every number of rows.
 */
export function firstRows<Schema, Tables extends keyof Schema, Row>(
  query: SelectQueryBuilder<Schema, Tables, Row>,
  rows: number,
  most: number,
): RawBuilder<Row> {
  return sql<Row>`select * from (${query.limit(sql.lit(most))}) as in_order limit ${rows}`
}
