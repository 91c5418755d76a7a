import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { sql } from 'kysely'
import type { DocumentId } from '../model.ts'
import { type Scored, scored } from '../scored.ts'
import { asReader, type Options } from './as-reader.ts'
import type { Tables } from './tables.ts'

export interface SearchFilter {
  query: string
  category?: string | undefined
  updatedSince?: Date | undefined
  /** For each phrase of the query that has some, what else it may be called. No commas. */
  synonyms?: readonly (readonly string[])[] | undefined
}

export interface Shelves {
  id: number
  passages: number
}

/** What the database finds by words, and what else the search needs to know, as of one moment. */
export interface ByWords {
  revision: number
  /** Where the caller may look. */
  shelves: Shelves[]
  /** Best first. */
  passages: Scored[]
  /** What the words of the query and their synonyms, spelled as they are here, are in the index. */
  lexemes: string[]
  /** Whether the query has words in double quotes, which all of them hold. */
  isPhrase: boolean
}

interface Words {
  revision: number
  is_phrase: boolean
  lexemes: string[] | null
  shelves: Shelves[]
  passages: number[] | null
  scores: number[] | null
}

export interface Hit {
  id: number
  document_id: DocumentId
  position: number
  headings: string[]
  /** The text; empty where it is not to be quoted. */
  plain: string
  title: string
  category: string
  updated_at: Date
}

export function searchStore(database: Database<Tables>) {
  const covered = new Map<string, Promise<ReadonlyMap<number, number>>>()
  return {
    async byWords(
      principal: Principal,
      { query, category, updatedSince, synonyms = [] }: SearchFilter,
      most: number,
      { signal }: Options,
    ): Promise<ByWords> {
      const row = await asReader(
        database,
        principal,
        async (trx) => {
          const { rows } = await sql<Words>`
            select revision, is_phrase, lexemes, shelves, array_to_json(passages) as passages, array_to_json(scores) as scores
            from search.by_words(${query}, ${synonyms.map((terms) => terms.join(','))}::text[], ${category ?? null}, ${updatedSince ?? null}, ${most})`.execute(
            trx,
          )
          return rows[0]
        },
        { signal, readOnly: true },
      )
      if (!row) throw new TypeError('The search statement always answers one row')
      const { revision, shelves, is_phrase: isPhrase, lexemes, passages, scores } = row
      return {
        revision,
        shelves,
        isPhrase,
        lexemes: lexemes ?? [],
        passages: scored(passages ?? [], scores ?? []),
      }
    },

    /**
     * Of these passages, best first, those the caller may read, in no order. What is quoted is the best passage of
     * each of the first `most` documents; of others there is no text.
     */
    async show(
      principal: Principal,
      passages: readonly number[],
      most: number,
      { signal }: Options,
    ): Promise<Hit[]> {
      if (passages.length === 0) return []
      return await asReader(
        database,
        principal,
        async (trx) => {
          const { rows } = await sql<Hit>`
            select id, document_id, position, headings, title, category, updated_at, plain
            from search.show(${passages}::bigint[], ${most}::integer)`.execute(trx)
          return rows
        },
        { signal, readOnly: true },
      )
    },

    /** How many passages of each shelf have a vector of a model; looked up once for each revision. */
    async covered(
      principal: Principal,
      model: string,
      revision: number,
    ): Promise<ReadonlyMap<number, number>> {
      const key = JSON.stringify([principal.tenant, model, revision])
      const known = covered.get(key)
      if (known) return await known
      if (covered.size > 1000) covered.clear()
      const counting = asReader(
        database,
        principal,
        (trx) =>
          trx
            .selectFrom('vectors')
            .where('tenant', '=', principal.tenant)
            .where('model', '=', model)
            .groupBy('shelf_id')
            .select(['shelf_id', sql<number>`count(*)::int`.as('count')])
            .execute(),
        // Several callers wait for it, so that it is nobody's to cancel.
        { signal: AbortSignal.timeout(5000), readOnly: true },
      ).then((rows) => new Map(rows.map(({ shelf_id, count }) => [shelf_id, count])))
      covered.set(key, counting)
      counting.catch(() => covered.delete(key))
      return await counting
    },
  }
}
