import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import type { Product } from '../model.ts'
import { money } from '../money.ts'
import { likePattern, searchable } from '../searchable.ts'
import type { PageRequest, Paged } from './summary.ts'
import type { Tables } from './tables.ts'

export interface ProductFilter {
  query?: string | undefined
  category?: string | undefined
  /** Include what is no longer sold. */
  discontinued?: boolean | undefined
}

export async function findProduct(
  db: Database<Tables>,
  principal: Principal,
  id: string,
  { signal }: { signal: AbortSignal },
): Promise<Product | undefined> {
  return await db.inTenant(
    principal,
    async (trx) => {
      const row = await trx
        .selectFrom('products')
        .select(COLUMNS)
        .where('tenant', '=', principal.tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toProduct(row)
    },
    { signal, readOnly: true },
  )
}

/** By name. Every word of the query must occur in the product's name or category; accents and case don't matter. */
export async function searchProducts(
  db: Database<Tables>,
  principal: Principal,
  filter: ProductFilter,
  { limit, after }: PageRequest,
  { signal }: { signal: AbortSignal },
): Promise<Paged<Product>> {
  const words = searchable(filter.query ?? '').split(' ').filter(Boolean)
  const [name, id] = after ?? []
  const rows = await db.inTenant(
    principal,
    async (trx) =>
      await trx
        .selectFrom('products')
        .select(COLUMNS)
        .where('tenant', '=', principal.tenant)
        .where((eb) =>
          eb.and([
            ...words.map((word) => eb('search_text', 'like', likePattern(word))),
            ...(filter.category ? [eb(eb.fn('lower', ['category']), '=', filter.category.toLowerCase())] : []),
            ...(filter.discontinued ? [] : [eb('discontinued', '=', false)]),
            ...(name !== undefined && id !== undefined
              ? [eb(eb.refTuple('name', 'id'), '>', eb.tuple(name, id))]
              : []),
          ]),
        )
        .orderBy('name')
        .orderBy('id')
        .limit(limit + 1)
        .execute(),
    { signal, readOnly: true },
  )
  const shown = rows.slice(0, limit)
  const final = shown.at(-1)
  return { items: shown.map(toProduct), last: rows.length > limit && final ? [final.name, final.id] : undefined }
}

const COLUMNS = [
  'id',
  'name',
  'category',
  'quantity_per_unit',
  'unit_price_minor',
  'currency',
  'units_in_stock',
  'discontinued',
] as const

function toProduct(row: Pick<Tables['products'], (typeof COLUMNS)[number]>): Product {
  const { unit_price_minor, currency, ...rest } = row
  return { ...rest, unit_price: money(unit_price_minor, currency) }
}
