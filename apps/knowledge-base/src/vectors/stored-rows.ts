import { sql, type Transaction } from 'kysely'
import type { StoredRow } from './scan/messages.ts'
import type { VectorTables } from './tables.ts'

/** Which vectors are held together. */
export interface Held {
  tenant: string
  model: string
  dimensions: number
}

/** Bytes of a page on the wire: what the main thread handles at once. */
const PAGE = 1024 * 1024
/** array_send in base64. */
const BYTES_OF_A_NUMBER = 11
const DOCUMENTS_AT_ONCE = 500

/** All vectors, or those of some documents, a page at a time. */
export async function* storedRows(
  trx: Transaction<VectorTables>,
  held: Held,
  documents?: readonly string[],
): AsyncGenerator<StoredRow[]> {
  if (documents === undefined) return yield* pages(trx, held, undefined)
  for (let from = 0; from < documents.length; from += DOCUMENTS_AT_ONCE) {
    yield* pages(trx, held, documents.slice(from, from + DOCUMENTS_AT_ONCE))
  }
}

async function* pages(
  trx: Transaction<VectorTables>,
  held: Held,
  documents: readonly string[] | undefined,
): AsyncGenerator<StoredRow[]> {
  const size = Math.max(1, Math.floor(PAGE / (held.dimensions * BYTES_OF_A_NUMBER)))
  let after = 0
  for (;;) {
    const rows = await select(trx, held, documents, after, size)
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows.map(({ passage_id, shelf_id, document_id, updated_at, embedding }) => ({
      passage: passage_id,
      shelf: shelf_id,
      document: document_id,
      changed: updated_at.getTime(),
      embedding,
    }))
    if (rows.length < size) return
    after = last.passage_id
  }
}

function select(
  trx: Transaction<VectorTables>,
  { tenant, model, dimensions }: Held,
  documents: readonly string[] | undefined,
  after: number,
  size: number,
) {
  return trx
    .selectFrom('vectors')
    .select([
      'passage_id',
      'shelf_id',
      'document_id',
      'updated_at',
      // Half the bytes of the text that PostgreSQL makes of an array, and quicker to write and to read.
      sql<string>`encode(array_send(embedding), 'base64')`.as('embedding'),
    ])
    .where('tenant', '=', tenant)
    .where('model', '=', model)
    .where('dimensions', '=', dimensions)
    .where('passage_id', '>', after)
    .$if(documents !== undefined, (query) => query.where(sql<boolean>`document_id = any(${documents})`))
    .orderBy('passage_id')
    .limit(size)
    .execute()
}
