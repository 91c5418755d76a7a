import { withOwner } from '@atoll/database'
import { sql } from 'kysely'
import type { Tables } from '../store/tables.ts'

/** Let the next search know how telling words are, and the planner how many rows there are. */
export async function settle(ownerUrl: string, tenant: string, signal: AbortSignal): Promise<void> {
  await withOwner<Tables, void>(
    ownerUrl,
    async (trx) => {
      await sql`select search.count_lexemes()`.execute(trx)
      await sql`analyze documents, passages, vectors, search.terms, search.lexemes, search.spellings`.execute(
        trx,
      )
    },
    { tenant, signal },
  )
}
