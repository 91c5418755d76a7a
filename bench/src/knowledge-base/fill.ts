import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withOwner } from '@atoll/database'
import { type Composed, compose, type Shape } from '@atoll/knowledge-base/src/seed/corpus/compose.ts'
import type { Words } from '@atoll/knowledge-base/src/seed/corpus/words.ts'
import { writeDocuments } from '@atoll/knowledge-base/src/seed/generate-documents.ts'
import { seededRandom } from '@atoll/scale-data'
import type pg from 'pg'
import { copyRows, textRows, vectorRows } from './copy-rows.ts'
import type { BenchDatabase } from './database.ts'
import { mixVectors } from './mix-vectors.ts'
import { runApp } from './run-app.ts'

export const TENANT = 'acme'
/** Of a document: each section becomes a passage. */
const SHAPE: Shape = { sections: 8, paragraphs: 3, sentences: 5 }
const DOCUMENTS_AT_ONCE = 400

export interface Filled {
  passages: number
  documents: number
}

/**
 * Fill an empty tenant with so many real documents: written to files and imported by the app's own command, which
 * cuts and embeds them.
 */
export async function importDocuments(
  database: BenchDatabase,
  words: Words,
  documents: number,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'atoll-bench-'))
  try {
    await writeDocuments(directory, words, { count: documents, shape: SHAPE })
    const { said } = await runApp(['import', '--tenant', TENANT, '--dir', directory, '--source', 'bench'], {
      DATABASE_URL: database.appUrl,
      DATABASE_OWNER_URL: database.ownerUrl,
    })
    if (!said.includes(' 0 refused')) throw new Error(`Not all documents were imported: ${said}`)
  } finally {
    await rm(directory, { recursive: true })
  }
}

/**
 * Bring the tenant to about so many passages with documents of the same kind, straight into the tables. Their
 * vectors are mixed from those of the documents that are there.
 */
export async function growTo({ ownerUrl }: BenchDatabase, words: Words, passages: number): Promise<Filled> {
  const before = await countOf(ownerUrl)
  const vectors = await sampleVectors(ownerUrl)
  const end = before.documents + Math.max(0, Math.round((passages - before.passages) / SHAPE.sections))
  for (let from = before.documents; from < end; from += DOCUMENTS_AT_ONCE) {
    const count = Math.min(DOCUMENTS_AT_ONCE, end - from)
    const batch = Array.from({ length: count }, (_, index) => ({
      id: documentId(from + index),
      ...compose(words, from + index, SHAPE),
    }))
    await inTenant(ownerUrl, (client) => insert(client, batch, vectors, from))
  }
  await inTenant(ownerUrl, settle)
  return await countOf(ownerUrl)
}

type Stored = Composed & { id: string }

async function insert(
  client: pg.ClientBase,
  documents: readonly Stored[],
  sample: readonly Float32Array[],
  seed: number,
): Promise<void> {
  await client.query(`
    create temp table new_documents (id text, category text, visibility text, groups text[], title text, body text)
      on commit drop;
    create temp table new_passages (document_id text, position integer, headings text[], body text) on commit drop;
    create temp table new_vectors (document_id text, position integer, embedding real[]) on commit drop`)
  const passages = documents.flatMap(({ id, sections }) =>
    sections.map(({ heading, paragraphs }, position) => ({
      id,
      position,
      heading,
      body: paragraphs.join('\n\n'),
    })),
  )
  const random = seededRandom(seed + 7)
  await copyRows(
    client,
    'new_documents',
    textRows(
      documents.map((one) => [
        one.id,
        one.category,
        one.visibility,
        `{${one.groups.join(',')}}`,
        one.title,
        bodyOf(one),
      ]),
    ),
  )
  await copyRows(
    client,
    'new_passages',
    textRows(passages.map(({ id, position, heading, body }) => [id, position, `{"${heading}"}`, body])),
  )
  await copyRows(
    client,
    'new_vectors',
    vectorRows(passages, () => mixVectors(sample, random)),
    'binary',
  )
  await client.query(`
    insert into documents (tenant, id, shelf_id, title, body, media_type, updated_at, updated_by)
    select s.tenant, n.id, s.id, n.title, n.body, 'text/markdown', now() - random() * interval '900 days', 'bench'
    from new_documents n join shelves s using (category, visibility, groups);
    insert into passages (tenant, document_id, shelf_id, position, headings, body, plain, updated_at)
    select d.tenant, d.id, d.shelf_id, n.position, n.headings, n.body, n.body, d.updated_at
    from new_passages n join documents d on d.id = n.document_id order by d.id, n.position;
    insert into vectors (tenant, passage_id, model, dimensions, shelf_id, document_id, updated_at, embedding)
    select p.tenant, p.id, m.model, m.dimensions, p.shelf_id, p.document_id, p.updated_at, n.embedding
    from new_vectors n join passages p using (document_id, position),
      (select model, dimensions from vectors limit 1) m order by p.id`)
}

/** Book-keeping that writers of documents do. */
async function settle(client: pg.ClientBase): Promise<void> {
  await client.query(`
    update shelves s set
      documents = (select count(*) from documents d where d.shelf_id = s.id),
      passages = (select count(*) from passages p where p.shelf_id = s.id);
    select search.next_revision();
    select search.count_lexemes()`)
  await client.query(
    'analyze documents, passages, vectors, shelves, search.terms, search.lexemes, search.spellings',
  )
}

async function sampleVectors(ownerUrl: string): Promise<Float32Array[]> {
  return await inTenant(ownerUrl, async (client) => {
    const { rows } = await client.query<{ embedding: number[] }>(
      'select embedding from vectors order by passage_id limit 1000',
    )
    return rows.map(({ embedding }) => Float32Array.from(embedding))
  })
}

async function countOf(ownerUrl: string): Promise<Filled> {
  return await inTenant(ownerUrl, async (client) => {
    const { rows } = await client.query<Filled>(
      'select (select count(*)::int from passages) as passages, (select count(*)::int from documents) as documents',
    )
    return rows[0] ?? { passages: 0, documents: 0 }
  })
}

async function inTenant<T>(ownerUrl: string, run: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  return await withOwner<unknown, T>(ownerUrl, (_, client) => run(client), { tenant: TENANT })
}

function bodyOf({ sections }: Composed): string {
  return sections.map(({ heading, paragraphs }) => [`## ${heading}`, ...paragraphs].join('\n\n')).join('\n\n')
}

function documentId(number: number): string {
  return `doc_${createHash('sha256').update(String(number)).digest('hex').slice(0, 24)}`
}
