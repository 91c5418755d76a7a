import { sql, type Transaction } from 'kysely'
import type { Audience, DocumentId } from '../model.ts'
import type { PlainPassage } from '../reading/extracted.ts'
import { announce } from './announce.ts'
import { documentsOnShelves } from './documents-on-shelves.ts'
import { countOnShelf, shelfFor } from './shelves.ts'
import type { Tables } from './tables.ts'

export interface NewDocument {
  id: DocumentId
  title: string
  category: string
  audience: Audience
  body: string
  mediaType: string
  /** Of an imported file. */
  origin?: { source: string; path: string; contentHash: string } | undefined
  updatedAt: Date
  updatedBy: string
  passages: readonly PlainPassage[]
}

/** What stands in the tables of a document, locked until the transaction ends. */
export interface StoredDocument {
  id: DocumentId
  version: number
  shelf_id: number
  title: string
  audience: Audience
  category: string
  content_hash: string | null
}

/** What was embedded for a passage, by its place in the document. */
export type Vectors = ReadonlyMap<number, { model: string; vector: Float32Array }>

/** Begin to change a tenant's documents: writers take turns from here to the end of the transaction. */
export async function nextRevision(trx: Transaction<Tables>): Promise<number> {
  const { rows } = await sql<{ revision: number }>`select search.next_revision() as revision`.execute(trx)
  return rows[0]?.revision ?? 0
}

export async function lockDocument(
  trx: Transaction<Tables>,
  tenant: string,
  id: DocumentId,
): Promise<StoredDocument | undefined> {
  const row = await documentsOnShelves(trx)
    .select([
      'd.id',
      'd.version',
      'd.shelf_id',
      'd.title',
      'd.content_hash',
      's.category',
      's.visibility',
      's.groups',
    ])
    .where('d.tenant', '=', tenant)
    .where('d.id', '=', id)
    .forUpdate('d')
    .executeTakeFirst()
  if (!row) return undefined
  const { visibility, groups, ...rest } = row
  return { ...rest, audience: { visibility, groups } }
}

/** Store a document anew or in place of what it was. Answers its version, and who may read it as it is stored. */
export async function writeDocument(
  trx: Transaction<Tables>,
  tenant: string,
  revision: number,
  document: NewDocument,
  before: StoredDocument | undefined,
  vectors: Vectors,
): Promise<{ version: number; audience: Audience }> {
  const { id, origin, updatedAt } = document
  const shelf = await shelfFor(trx, tenant, document.category, document.audience)
  const removed = before ? await removePassages(trx, tenant, id) : 0
  const version = (before?.version ?? 0) + 1
  const row = {
    shelf_id: shelf.id,
    title: document.title,
    body: document.body,
    media_type: document.mediaType,
    source: origin?.source ?? null,
    path: origin?.path ?? null,
    content_hash: origin?.contentHash ?? null,
    version,
    updated_at: updatedAt,
    updated_by: document.updatedBy,
  }
  await trx
    .insertInto('documents')
    .values({ tenant, id, ...row })
    .onConflict((conflict) => conflict.columns(['tenant', 'id']).doUpdateSet(row))
    .execute()
  await insertPassages(trx, tenant, shelf.id, document, vectors)
  if (before) await countOnShelf(trx, tenant, before.shelf_id, { documents: -1, passages: -removed })
  await countOnShelf(trx, tenant, shelf.id, { documents: 1, passages: document.passages.length })
  await touch(trx, tenant, id, revision)
  const audiences = before ? [before.audience, shelf.audience] : [shelf.audience]
  const listed = !before || before.title !== document.title || before.shelf_id !== shelf.id
  for (const audience of audiences) await announce(trx, { tenant, id, audience, listed })
  return { version, audience: shelf.audience }
}

/** Take a document away with all that belongs to it. */
export async function removeDocument(
  trx: Transaction<Tables>,
  tenant: string,
  revision: number,
  { id, shelf_id, audience }: StoredDocument,
): Promise<void> {
  const removed = await removePassages(trx, tenant, id)
  await trx.deleteFrom('documents').where('tenant', '=', tenant).where('id', '=', id).execute()
  await countOnShelf(trx, tenant, shelf_id, { documents: -1, passages: -removed })
  await touch(trx, tenant, id, revision)
  await announce(trx, { tenant, id, audience, listed: true })
}

async function removePassages(trx: Transaction<Tables>, tenant: string, id: DocumentId): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('passages')
    .where('tenant', '=', tenant)
    .where('document_id', '=', id)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** PostgreSQL takes 65,535 parameters a statement. */
const ROWS_AT_ONCE = 500

async function insertPassages(
  trx: Transaction<Tables>,
  tenant: string,
  shelf_id: number,
  { id: document_id, passages, updatedAt: updated_at }: NewDocument,
  vectors: Vectors,
): Promise<void> {
  const common = { tenant, document_id, shelf_id, updated_at }
  for (let from = 0; from < passages.length; from += ROWS_AT_ONCE) {
    const rows = passages
      .slice(from, from + ROWS_AT_ONCE)
      .map(({ position, headings, text: body, plain }) => ({ ...common, position, headings, body, plain }))
    const inserted = await trx.insertInto('passages').values(rows).returning(['id', 'position']).execute()
    const embedded = inserted.flatMap(({ id: passage_id, position }) => {
      const found = vectors.get(position)
      if (!found) return []
      const { model, vector } = found
      return [{ ...common, passage_id, model, dimensions: vector.length, embedding: arrayText(vector) }]
    })
    if (embedded.length > 0) await trx.insertInto('vectors').values(embedded).execute()
  }
}

/** PostgreSQL's text of an array: the driver's own looks for what to quote in every number. */
function arrayText(vector: Float32Array): string {
  return `{${vector.join(',')}}`
}

async function touch(
  trx: Transaction<Tables>,
  tenant: string,
  document_id: DocumentId,
  revision: number,
): Promise<void> {
  await trx
    .insertInto('touched')
    .values({ tenant, document_id, revision })
    .onConflict((conflict) => conflict.columns(['tenant', 'document_id']).doUpdateSet({ revision }))
    .execute()
}
