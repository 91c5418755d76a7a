import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { sql } from 'kysely'
import type { DocumentId } from '../model.ts'
import type { Scored } from '../search/fuse.ts'
import { asReader, type Options } from './as-reader.ts'
import type { Tables } from './tables.ts'

export interface SearchFilter {
  query: string
  category?: string | undefined
  updatedSince?: Date | undefined
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
  /** Whether the query has words in double quotes, which all of them hold. */
  isPhrase: boolean
}

export interface Hit {
  id: number
  document_id: DocumentId
  position: number
  headings: string[]
  snippet: string
  title: string
  category: string
  updated_at: Date
}

export function searchStore(database: Database<Tables>) {
  const covered = new Map<string, Promise<ReadonlyMap<number, number>>>()
  return {
    async byWords(
      principal: Principal,
      { query, category, updatedSince }: SearchFilter,
      most: number,
      { signal }: Options,
    ): Promise<ByWords> {
      const row = await asReader(
        database,
        principal,
        async (trx) => {
          const { rows } = await sql<ByWords>`
            with allowed as (
              select id, passages from shelves
              where tenant = ${principal.tenant} and passages > 0
                and (${category ?? null}::text is null or lower(category) = lower(${category ?? null}::text))
            )
            select search.revision() as revision, search.phrases(${query}) is not null as "isPhrase",
              coalesce((select jsonb_agg(jsonb_build_object('id', id, 'passages', passages)) from allowed), '[]') as shelves,
              coalesce((select jsonb_agg(jsonb_build_object('passage', r.passage_id, 'score', r.score)
                  order by r.score desc, r.passage_id) from search.rank(${query}, array(select id from allowed), ${updatedSince ?? null}::timestamptz, ${most}::integer) r), '[]') as passages
          `.execute(trx)
          return rows[0]
        },
        { signal, readOnly: true },
      )
      if (!row) throw new TypeError('The search statement always answers one row')
      return row
    },

    /**
     * Of these passages, best first, those the caller may read, in no order. What is quoted is the best passage of
     * each of the first `most` documents; of others the snippet is empty.
     */
    async show(
      principal: Principal,
      query: string,
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
            with found as (
              select p.id, p.document_id, p.position, p.headings, p.plain, d.title, s.category, d.updated_at, a.rank,
                row_number() over (partition by p.document_id order by a.rank) as place
              from unnest(${passages}::bigint[]) with ordinality a (id, rank)
              join passages p on p.tenant = ${principal.tenant} and p.id = a.id
              join documents d on d.tenant = p.tenant and d.id = p.document_id
              join shelves s on s.tenant = d.tenant and s.id = d.shelf_id
            ), numbered as (
              select *, count(*) filter (where place = 1) over (order by rank) as document from found
            )
            select id, document_id, position, headings, title, category, updated_at,
              case when place = 1 and document <= ${most}::integer then
                ts_headline('english', plain, replace(plainto_tsquery('english', ${query})::text, '&', '|')::tsquery,
                  'StartSel=**, StopSel=**, MaxWords=70, MinWords=40, MaxFragments=0')
              else '' end as snippet
            from numbered`.execute(trx)
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
