import type { Database } from '@atoll/database'
import { sql, type Transaction } from 'kysely'
import { meaningOf } from '../embeddings/embed-passages.ts'
import type { Embedder } from '../embeddings/embedder.ts'
import type { Tables } from '../store/tables.ts'
import { upkeepOf } from './tenant-states.ts'

const AT_ONCE = 64

interface Missing {
  passage_id: number
  title: string
  headings: string[]
  plain: string
}

/**
 * Give every passage of a tenant that has no vector of this model one, a batch at a time, while others read and
 * write. When all have one, vectors of other models go. Answers how many were made. Throws UnavailableError.
 */
export async function embedMissing(
  database: Pick<Database<Tables>, 'inTenant'>,
  embedder: Embedder,
  tenant: string,
  signal: AbortSignal,
): Promise<number> {
  const { model } = embedder
  const inTenant = <T>(run: (trx: Transaction<Tables>) => Promise<T>) =>
    database.inTenant(upkeepOf(tenant), run, { signal })
  let made = 0
  for (;;) {
    const missing = await inTenant(async (trx) => {
      const { rows } = await sql<Missing>`select * from search.without_vector(${model}, ${AT_ONCE})`.execute(
        trx,
      )
      return rows
    })
    if (missing.length === 0) break
    const vectors = await embedder.embed(
      missing.map(({ title, headings, plain }) => meaningOf(title, { headings, plain })),
      { signal },
    )
    const passages = missing.map(({ passage_id }) => passage_id)
    const embeddings = JSON.stringify(vectors.map((vector) => [...vector]))
    await inTenant((trx) =>
      sql`select search.add_vectors(${model}, ${passages}, ${embeddings}::jsonb)`.execute(trx),
    )
    made += missing.length
  }
  await inTenant((trx) =>
    trx.deleteFrom('vectors').where('tenant', '=', tenant).where('model', '!=', model).execute(),
  )
  return made
}
