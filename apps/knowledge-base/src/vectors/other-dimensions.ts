import type { Transaction } from 'kysely'
import type { Held } from './stored-rows.ts'
import type { VectorTables } from './tables.ts'

/** Dimensions of vectors which the model has made for the tenant, other than those asked for. */
export async function otherDimensions(
  trx: Transaction<VectorTables>,
  { tenant, model, dimensions }: Held,
): Promise<number | undefined> {
  const row = await trx
    .selectFrom('vectors')
    .select('dimensions')
    .where('tenant', '=', tenant)
    .where('model', '=', model)
    .where('dimensions', '<>', dimensions)
    .limit(1)
    .executeTakeFirst()
  return row?.dimensions
}
