import { sql, type Transaction } from 'kysely'
import type { VectorTables } from './tables.ts'
import { embeddingAs, type IndexedAs } from './vector-expression.ts'
import type { Near, NearQuery } from './vector-index.ts'

/** Candidates by half precision, for each that is wanted, to rank with all of it. */
const HALF_OVERFETCH = 4
const MOST_EF_SEARCH = 1000
const FEWEST_EF_SEARCH = 100

/** For this transaction: go on through the index until filters have let enough pass. */
export async function searchOn(trx: Transaction<VectorTables>, limit: number): Promise<void> {
  const breadth = Math.min(MOST_EF_SEARCH, Math.max(FEWEST_EF_SEARCH, limit * 2))
  await sql`select set_config('hnsw.iterative_scan', 'strict_order', true),
    set_config('hnsw.ef_search', ${String(breadth)}, true)`.execute(trx)
}

/** By the index, where the planner takes it to be quicker than reading what the filters leave. */
export async function nearByIndex(
  trx: Transaction<VectorTables>,
  tenant: string,
  query: NearQuery,
  { type }: IndexedAs,
): Promise<Near[]> {
  const { length } = query.vector
  const candidates = type === 'halfvec' ? query.limit * HALF_OVERFETCH : query.limit
  const distance = sql`${sql.raw(embeddingAs(type, length))} <=> ${asked(query, type)}`
  return await ranked(trx, tenant, query, sql`order by ${distance} limit ${candidates}`)
}

/** All that the filters leave. */
export async function nearByReading(
  trx: Transaction<VectorTables>,
  tenant: string,
  query: NearQuery,
): Promise<Near[]> {
  return await ranked(trx, tenant, query, sql``)
}

async function ranked(
  trx: Transaction<VectorTables>,
  tenant: string,
  query: NearQuery,
  chosen: ReturnType<typeof sql>,
): Promise<Near[]> {
  const { model, vector, shelves, since, limit } = query
  const similarity = sql`1 - (${sql.raw(embeddingAs('vector', vector.length))} <=> ${asked(query, 'vector')})`
  // Model and dimensions are written out: as parameters they would not imply the condition of the index.
  const { rows } = await sql<Near>`
    select passage, score from (
      select passage_id as passage, ${similarity} as score from vectors
      where tenant = ${tenant} and model = ${sql.lit(model)} and dimensions = ${sql.lit(vector.length)}
        and shelf_id = any(${[...shelves]}::integer[])
        ${since ? sql`and updated_at >= ${since}::timestamptz` : sql``}
      ${chosen}
    ) as found
    order by score desc, passage limit ${limit}`.execute(trx)
  return rows
}

function asked({ vector }: NearQuery, type: IndexedAs['type']) {
  return sql`${`[${vector.join(',')}]`}::${sql.raw(type)}(${sql.raw(String(vector.length))})`
}
