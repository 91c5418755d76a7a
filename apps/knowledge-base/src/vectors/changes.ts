import { sql, type Transaction } from 'kysely'
import type { VectorTables } from './tables.ts'

/** The tenant's revision in the transaction's snapshot, which holds all changes up to it. */
export async function revisionOf(trx: Transaction<VectorTables>): Promise<number> {
  const { rows } = await sql<{ revision: number }>`select search.revision() as revision`.execute(trx)
  return rows[0]?.revision ?? 0
}

/** Documents that changed after a revision; undefined when there are more than `most`. */
export async function touchedSince(
  trx: Transaction<VectorTables>,
  tenant: string,
  revision: number,
  most: number,
): Promise<string[] | undefined> {
  const rows = await trx
    .selectFrom('touched')
    .select('document_id')
    .where('tenant', '=', tenant)
    .where('revision', '>', revision)
    .limit(most + 1)
    .execute()
  return rows.length > most ? undefined : rows.map(({ document_id }) => document_id)
}
