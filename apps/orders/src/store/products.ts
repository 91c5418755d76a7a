import type { Principal } from '@atoll/auth'
import { type Database, firstRows } from '@atoll/database'
import { likePattern, searchable } from '@atoll/shop-data'
import type { ExpressionBuilder } from 'kysely'
import type { Product } from '../model.ts'
import { money } from '../money.ts'
import type { Options } from './orders.ts'
import { MOST_ON_PAGE, type Paged, type PageRequest, pageOf } from './page.ts'
import type { Tables } from './tables.ts'

export interface ProductFilter {
  query?: string | undefined
  category?: string | undefined
  /** Include what is no longer sold. */
  discontinued?: boolean | undefined
}

export function productStore(database: Database<Tables>) {
  return {
    async find(principal: Principal, id: string, { signal }: Options): Promise<Product | undefined> {
      const row = await database.inTenant(
        principal,
        (trx) =>
          trx
            .selectFrom('products')
            .select(COLUMNS)
            .where('tenant', '=', principal.tenant)
            .where('id', '=', id)
            .executeTakeFirst(),
        { signal, readOnly: true },
      )
      return row && toProduct(row)
    },

    /** By name. Every word of the query must occur in name or category; accents and case don't matter. */
    async search(
      principal: Principal,
      filter: ProductFilter,
      page: PageRequest,
      { signal }: Options,
    ): Promise<Paged<Product>> {
      const { rows } = await database.inTenant(
        principal,
        (trx) => {
          const products = trx
            .selectFrom('products')
            .select(COLUMNS)
            .where('tenant', '=', principal.tenant)
            .where((eb) => wanted(eb, filter, page))
            .orderBy('name')
            .orderBy('id')
          return firstRows(products, page.limit + 1, MOST_ON_PAGE + 1).execute(trx)
        },
        { signal, readOnly: true },
      )
      return pageOf(rows, page, toProduct, ({ name, id }) => [name, id])
    },
  }
}

function wanted(eb: ExpressionBuilder<Tables, 'products'>, filter: ProductFilter, { after }: PageRequest) {
  const words = searchable(filter.query ?? '')
    .split(' ')
    .filter(Boolean)
  const [name, id] = after ?? []
  return eb.and([
    ...words.map((word) => eb('search_text', 'like', likePattern(word))),
    ...(filter.category ? [eb(eb.fn('lower', ['category']), '=', filter.category.toLowerCase())] : []),
    ...(filter.discontinued ? [] : [eb('discontinued', '=', false)]),
    ...(name !== undefined && id !== undefined
      ? [eb(eb.refTuple('name', 'id'), '>', eb.tuple(name, id))]
      : []),
  ])
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
