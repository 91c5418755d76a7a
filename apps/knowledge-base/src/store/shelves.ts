import { sql, type Transaction } from 'kysely'
import type { Audience } from '../model.ts'
import type { Tables } from './tables.ts'

export interface Shelf {
  id: number
  category: string
  audience: Audience
}

/**
 * The shelf for documents of a category and audience, made where there is none yet.
 * The database refuses to make one that the caller could not read.
 */
export async function shelfFor(
  trx: Transaction<Tables>,
  tenant: string,
  category: string,
  { visibility, groups }: Audience,
): Promise<Shelf> {
  const wanted = [...new Set(groups)].sort()
  await trx
    .insertInto('shelves')
    .values({ tenant, category, visibility, groups: wanted })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const { id } = await trx
    .selectFrom('shelves')
    .select('id')
    .where('tenant', '=', tenant)
    .where('category', '=', category)
    .where('visibility', '=', visibility)
    .where('groups', '=', sql<string[]>`${wanted}::text[]`)
    .executeTakeFirstOrThrow()
  return { id, category, audience: { visibility, groups: wanted } }
}

/** Count what was put on a shelf or, with negative numbers, taken off it. */
export async function countOnShelf(
  trx: Transaction<Tables>,
  tenant: string,
  shelf: number,
  { documents, passages }: { documents: number; passages: number },
): Promise<void> {
  if (documents === 0 && passages === 0) return
  await trx
    .updateTable('shelves')
    .set((eb) => ({
      documents: eb('documents', '+', documents),
      passages: eb('passages', '+', passages),
    }))
    .where('tenant', '=', tenant)
    .where('id', '=', shelf)
    .execute()
}
