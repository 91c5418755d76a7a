import type { TenantPrincipal } from '@atoll/database'
import type { Transaction } from 'kysely'
import { checkQuery, refuseDimensions } from './check-query.ts'
import { nearByIndex, nearByReading, searchOn } from './near-statements.ts'
import { otherDimensions } from './other-dimensions.ts'
import type { VectorDatabase, VectorTables } from './tables.ts'
import { indexedAs } from './vector-expression.ts'
import type { Near, NearQuery, VectorIndex } from './vector-index.ts'

/**
 * Asks pgvector. With an index the nearest are found without reading all, and a few may be missed; where the index
 * gives up before there are enough, and where there is none, all that the caller may see is read.
 */
export function pgVectors(database: VectorDatabase): VectorIndex {
  return {
    async near(principal, query, { signal }) {
      signal.throwIfAborted()
      checkQuery(query)
      if (query.shelves.length === 0) return []
      // An isolation level makes it one transaction, which settings need; reading the tables, it is never behind.
      return await database.inTenant(principal, (trx) => find(trx, principal, query), {
        readOnly: true,
        isolation: 'repeatable read',
        signal,
      })
    },
    close: async () => {},
  }
}

async function find(
  trx: Transaction<VectorTables>,
  { tenant }: TenantPrincipal,
  query: NearQuery,
): Promise<Near[]> {
  const indexed = indexedAs(query.vector.length)
  if (indexed) {
    await searchOn(trx, query.limit)
    const near = await nearByIndex(trx, tenant, query, indexed)
    if (near.length === query.limit) return near
  }
  const near = await nearByReading(trx, tenant, query)
  if (near.length > 0) return near
  const { model, vector } = query
  const others = await otherDimensions(trx, { tenant, model, dimensions: vector.length })
  if (others !== undefined) refuseDimensions(query, others)
  return []
}
