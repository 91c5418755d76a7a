import { sql, type Transaction } from 'kysely'
import { z } from 'zod'
import { Audience, DocumentId } from '../model.ts'
import type { Tables } from './tables.ts'

/** PostgreSQL's channel for changes of documents; every replica listens. */
export const CHANNEL = 'kb_changes'

/**
 * A change as it travels: who may hear of it, and whether the list of documents is another one now. One audience
 * each, because PostgreSQL carries 8,000 bytes at most.
 */
export const Change = z.strictObject({
  tenant: z.string(),
  id: DocumentId,
  audience: Audience,
  listed: z.boolean(),
})
export type Change = z.output<typeof Change>

/** Tell every replica when this transaction commits, and none if it does not. */
export async function announce(trx: Transaction<Tables>, change: Change): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(change)})`.execute(trx)
}
