import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import type { Position } from '@atoll/server-kit'
import { sql } from 'kysely'
import type { CategoryCount, DocumentId, DocumentSummary, PassageOfDocument } from '../model.ts'
import { asReader, type Options } from './as-reader.ts'
import { documentsOnShelves } from './documents-on-shelves.ts'
import type { Tables } from './tables.ts'

export interface Found {
  summary: DocumentSummary
  passages: PassageOfDocument[]
  /** Of the whole document. */
  passageCount: number
}

export function documentStore(database: Database<Tables>) {
  return {
    /** A document with its passages from one position to another, both included; undefined when there is none to see. */
    async find(
      principal: Principal,
      id: DocumentId,
      { from, to }: { from: number; to: number },
      { signal }: Options,
    ): Promise<Found | undefined> {
      const rows = await asReader(
        database,
        principal,
        async (trx) =>
          await documentsOnShelves(trx)
            .leftJoin('passages as p', (join) =>
              join
                .onRef('p.tenant', '=', 'd.tenant')
                .onRef('p.document_id', '=', 'd.id')
                .on('p.position', '>=', from)
                .on('p.position', '<=', to),
            )
            .where('d.tenant', '=', principal.tenant)
            .where('d.id', '=', id)
            .select(SUMMARY)
            .select(['p.position', 'p.headings', 'p.body'])
            .select((eb) =>
              eb
                .selectFrom('passages as all')
                .whereRef('all.tenant', '=', 'd.tenant')
                .whereRef('all.document_id', '=', 'd.id')
                .select((count) => count.fn.countAll<number>().as('count'))
                .as('passage_count'),
            )
            .orderBy('p.position')
            .execute(),
        { signal, readOnly: true },
      )
      const [first] = rows
      if (!first) return undefined
      return {
        summary: toSummary(first),
        passageCount: Number(first.passage_count),
        passages: rows.flatMap(({ position, headings, body }) =>
          position === null || headings === null || body === null
            ? []
            : [{ passage: position, heading_path: headings, text: body }],
        ),
      }
    },

    /** The whole text as Markdown. */
    async text(principal: Principal, id: DocumentId, { signal }: Options): Promise<string | undefined> {
      const row = await asReader(
        database,
        principal,
        (trx) =>
          trx
            .selectFrom('documents')
            .select('body')
            .where('tenant', '=', principal.tenant)
            .where('id', '=', id)
            .executeTakeFirst(),
        { signal, readOnly: true },
      )
      return row?.body
    },

    /** By title; one more than the limit when there are more. */
    async list(
      principal: Principal,
      { after, limit }: { after: Position | undefined; limit: number },
      { signal }: Options,
    ): Promise<DocumentSummary[]> {
      const [title, id] = after ?? []
      const rows = await asReader(
        database,
        principal,
        (trx) =>
          documentsOnShelves(trx)
            .where('d.tenant', '=', principal.tenant)
            .$if(title !== undefined && id !== undefined, (query) =>
              query.where((eb) =>
                eb(eb.refTuple('d.title', 'd.id'), '>', eb.tuple(title ?? '', (id ?? '') as DocumentId)),
              ),
            )
            .select(SUMMARY)
            .orderBy('d.title')
            .orderBy('d.id')
            // A parameter would be taken for a tenth of all documents, and planned for anew each time.
            .limit(sql.lit(limit + 1))
            .execute(),
        { signal, readOnly: true },
      )
      return rows.map(toSummary)
    },

    async categories(principal: Principal, { signal }: Options): Promise<CategoryCount[]> {
      return await asReader(
        database,
        principal,
        (trx) =>
          trx
            .selectFrom('shelves')
            .where('tenant', '=', principal.tenant)
            .where('documents', '>', 0)
            .groupBy('category')
            .select(['category', sql<number>`sum(documents)::int`.as('documents')])
            .orderBy('category')
            .execute(),
        { signal, readOnly: true },
      )
    },

    /** Ids of readable documents that begin with what was typed. */
    async idsLike(principal: Principal, start: string, { signal }: Options): Promise<string[]> {
      const rows = await asReader(
        database,
        principal,
        (trx) =>
          trx
            .selectFrom('documents')
            .select('id')
            .where('tenant', '=', principal.tenant)
            .where(sql<boolean>`starts_with(id, ${start})`)
            .orderBy('id')
            .limit(100)
            .execute(),
        { signal, readOnly: true },
      )
      return rows.map(({ id }) => id)
    },
  }
}

const SUMMARY = [
  'd.id',
  'd.title',
  'd.version',
  'd.updated_at',
  's.category',
  's.visibility',
  's.groups',
] as const

type SummaryRow = Pick<Tables['shelves'], 'category' | 'visibility' | 'groups'> & {
  id: DocumentId
  title: string
  version: number
  updated_at: Date
}

export function toSummary({ updated_at, ...row }: SummaryRow): DocumentSummary {
  const { id, title, category, visibility, groups, version } = row
  const last_updated = updated_at.toISOString()
  return { id, uri: `kb://documents/${id}`, title, category, visibility, groups, version, last_updated }
}
