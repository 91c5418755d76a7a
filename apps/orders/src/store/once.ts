import { createHash } from 'node:crypto'
import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { ConflictError } from '@atoll/errors'
import type { Transaction } from 'kysely'
import type { z } from 'zod'
import type { Tables } from './tables.ts'

/** What makes two calls the same one. */
export interface OnceKey {
  tool: string
  key: string
  requestHash: string
}

/**
 * The identity of a call that must act once. Without a key of the caller's the request itself is the key,
 * which is right for what can only happen once anyway: asking again gets the same answer.
 */
export function onceKey(tool: string, given: string | undefined, request: unknown): OnceKey {
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex')
  return { tool, key: given === undefined ? `request:${requestHash}` : `caller:${given}`, requestHash }
}

/** The answer this very call got before, if it did. Throws ConflictError when the key was used for another request. */
export async function earlierAnswer<T>(
  db: Database<Tables>,
  principal: Principal,
  once: OnceKey,
  schema: z.ZodType<T>,
  { signal }: { signal: AbortSignal },
): Promise<T | undefined> {
  return await db.inTenant(principal, async (trx) => await recall(trx, principal, once, schema), {
    signal,
    readOnly: true,
  })
}

/**
 * Run `effect` unless this call was answered before; its answer is kept in the same transaction. A second call
 * with the same key waits for the first: the primary key lets one of them in.
 */
export async function actOnce<T>(
  trx: Transaction<Tables>,
  principal: Principal,
  once: OnceKey,
  schema: z.ZodType<T>,
  effect: () => Promise<T>,
): Promise<T> {
  const { tenant, subject } = principal
  const claimed = await trx
    .insertInto('idempotency_keys')
    .values({ tenant, subject, tool: once.tool, key: once.key, request_hash: once.requestHash, answer: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  if (!claimed) {
    const answer = await recall(trx, principal, once, schema)
    if (answer === undefined) throw new Error('An idempotency key was committed without its answer')
    return answer
  }
  const answer = await effect()
  await trx
    .updateTable('idempotency_keys')
    .set({ answer: JSON.stringify(answer) })
    .where('tenant', '=', tenant)
    .where('subject', '=', subject)
    .where('tool', '=', once.tool)
    .where('key', '=', once.key)
    .execute()
  return answer
}

async function recall<T>(
  trx: Transaction<Tables>,
  { tenant, subject }: Principal,
  once: OnceKey,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const row = await trx
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'answer'])
    .where('tenant', '=', tenant)
    .where('subject', '=', subject)
    .where('tool', '=', once.tool)
    .where('key', '=', once.key)
    .executeTakeFirst()
  if (!row) return undefined
  if (row.request_hash !== once.requestHash) {
    throw new ConflictError(
      'idempotency_key: it was used for a request with other arguments. Use a new key for a new request.',
    )
  }
  return schema.parse(row.answer)
}
