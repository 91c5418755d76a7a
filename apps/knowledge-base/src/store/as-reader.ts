import type { Principal } from '@atoll/auth'
import type { Database, TenantOptions } from '@atoll/database'
import type { Transaction } from 'kysely'
import type { Tables } from './tables.ts'

export interface Options {
  signal: AbortSignal
}

/**
 * Run statements as a caller, whose scopes and roles decide what row-level security shows. The only way from a
 * store to the database on a caller's behalf: without roles a guest would look like a colleague.
 */
export async function asReader<T>(
  database: Database<Tables>,
  principal: Principal,
  run: (trx: Transaction<Tables>) => Promise<T>,
  options: Pick<TenantOptions, 'readOnly' | 'isolation'> & Options,
): Promise<T> {
  const { scopes, roles } = principal
  return await database.inTenant(principal, run, { ...options, scopes, roles })
}
