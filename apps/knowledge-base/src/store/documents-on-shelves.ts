import type { Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** Documents as `d`, each with the shelf it stands on as `s`. */
export function documentsOnShelves(trx: Transaction<Tables>) {
  return trx
    .selectFrom('documents as d')
    .innerJoin('shelves as s', (join) =>
      join.onRef('s.tenant', '=', 'd.tenant').onRef('s.id', '=', 'd.shelf_id'),
    )
}
