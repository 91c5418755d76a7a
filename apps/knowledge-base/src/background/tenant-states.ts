import type { Database } from '@atoll/database'
import { sql } from 'kysely'
import type { Tables } from '../store/tables.ts'

export interface TenantState {
  tenant: string
  revision: number
  /** The revision at which words were counted. */
  counted: number
}

export async function tenantStates(
  { kysely }: Database<Tables>,
  signal: AbortSignal,
): Promise<TenantState[]> {
  signal.throwIfAborted()
  const { rows } = await sql<TenantState>`select tenant, revision, counted from search.tenants()`.execute(
    kysely,
  )
  return rows
}

/** Who acts when nobody asked: sees the book-keeping of a tenant, and what everybody of it may see. */
export const upkeepOf = (tenant: string) => ({ tenant, subject: 'knowledge-base' })

export async function countLexemes(
  database: Pick<Database<Tables>, 'inTenant'>,
  tenant: string,
  signal: AbortSignal,
): Promise<void> {
  await database.inTenant(
    upkeepOf(tenant),
    async (trx) => void (await sql`select search.count_lexemes()`.execute(trx)),
    { signal },
  )
}
