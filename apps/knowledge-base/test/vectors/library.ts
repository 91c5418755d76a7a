import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { VectorDatabase, VectorTables } from '../../src/vectors/tables.ts'
import type { NearQuery } from '../../src/vectors/vector-index.ts'

export const MODEL = 'test-model'

export interface Written {
  document: string
  shelf: number
  vectors: readonly (readonly number[])[]
  model?: string
  changed?: Date
}

/** One tenant's documents, written as the app writes them. */
export function library(database: VectorDatabase, tenant: string) {
  const principal = { tenant, subject: 'ada' }
  let revision = 0

  async function change<T>(run: (trx: Transaction<VectorTables>) => Promise<T>): Promise<T> {
    const [result, bumped] = await database.inTenant(principal, async (trx) => {
      const [row] = await rowsOf<{ revision: number }>(trx, sql`select search.next_revision() as revision`)
      return [await run(trx), row?.revision ?? 0] as const
    })
    revision = bumped
    return result
  }

  const touch = (trx: Transaction<VectorTables>, document: string) =>
    rowsOf(
      trx,
      sql`insert into touched (tenant, document_id, revision) values (${tenant}, ${document}, search.revision())
          on conflict (tenant, document_id) do update set revision = excluded.revision`,
    )

  const removeFrom = (trx: Transaction<VectorTables>, document: string) =>
    rowsOf(trx, sql`delete from documents where tenant = ${tenant} and id = ${document}`)

  return {
    principal,

    /** Its id. */
    shelf: (category: string): Promise<number> =>
      change(async (trx) => {
        const [row] = await rowsOf<{ id: number }>(
          trx,
          sql`insert into shelves (tenant, category, visibility) values (${tenant}, ${category}, 'public') returning id`,
        )
        return row?.id ?? 0
      }),

    /** Write documents anew, in one change; answers the ids of all passages in order. */
    write: (...documents: readonly Written[]): Promise<number[]> =>
      change(async (trx) => {
        const ids: number[] = []
        for (const { document, shelf, vectors, model = MODEL, changed = new Date() } of documents) {
          await removeFrom(trx, document)
          await rowsOf(
            trx,
            sql`insert into documents (tenant, id, shelf_id, title, body, media_type, updated_by)
                values (${tenant}, ${document}, ${shelf}, ${document}, '', 'text/markdown', 'ada')`,
          )
          const passages = await rowsOf<{ id: number }>(
            trx,
            sql`insert into passages (tenant, document_id, shelf_id, position, headings, body, plain, updated_at)
                select ${tenant}, ${document}, ${shelf}::integer, position, '{}', '', '', ${changed}::timestamptz
                from generate_series(0, ${vectors.length - 1}::integer) as position order by position returning id`,
          )
          const of = passages.map(({ id }) => id)
          await embed(trx, { document, shelf, vectors, model, changed }, of)
          await touch(trx, document)
          ids.push(...of)
        }
        return ids
      }),

    /** Vectors of a second model for a document that is there. */
    embed: (written: Written, passages: readonly number[]): Promise<void> =>
      change(async (trx) => {
        await embed(trx, written, passages)
        await touch(trx, written.document)
      }),

    remove: (document: string): Promise<void> =>
      change(async (trx) => {
        await removeFrom(trx, document)
        await touch(trx, document)
      }),

    /** A query as of the last change. */
    query: (vector: readonly number[], rest: Pick<NearQuery, 'shelves'> & Partial<NearQuery>): NearQuery => ({
      vector: unit(vector),
      model: MODEL,
      limit: 10,
      revision,
      ...rest,
    }),
  }

  async function embed(
    trx: Transaction<VectorTables>,
    { document, shelf, vectors, model = MODEL, changed = new Date() }: Written,
    passages: readonly number[],
  ): Promise<void> {
    const texts = vectors.map((vector) => `{${unit(vector).join(',')}}`)
    await rowsOf(
      trx,
      sql`insert into vectors (tenant, passage_id, model, dimensions, shelf_id, document_id, updated_at, embedding)
          select ${tenant}, passage, ${model}, ${vectors[0]?.length ?? 0}::integer, ${shelf}::integer, ${document},
            ${changed}::timestamptz, numbers::real[]
          from unnest(${[...passages]}::bigint[], ${texts}::text[]) as of_passage (passage, numbers)`,
    )
  }
}

/** The same direction, of length 1. */
export function unit(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector)
  return Float32Array.from(vector, (value) => value / length)
}

async function rowsOf<Row = unknown>(
  trx: Transaction<VectorTables>,
  statement: RawBuilder<unknown>,
): Promise<Row[]> {
  const { rows } = await statement.execute(trx)
  return rows as Row[]
}
