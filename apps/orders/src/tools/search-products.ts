import { z } from 'zod'
import { orders } from '../domain.ts'
import { Product, text } from '../model.ts'
import { NextCursor, Paging } from './page.ts'

export const searchProducts = orders.defineTool({
  name: 'search_products',
  title: 'Search products',
  description:
    'Find products by words of their name or category, sorted by name; without a query, browse the catalogue. ' +
    'Accents and upper case don’t matter. For one product whose id you know, use get_product.',
  effect: 'read',
  scopes: ['orders:read'],
  data: 'internal',
  // What it returns is for the tenant, but its cursors are for the caller.
  cache: { ttl: '1m', shared: 'principal', tags: ['product'] },
  input: z.object({
    query: text(100)
      .optional()
      .describe('Words, all of which must occur; parts of words match: "cote" finds "Côte de Blaye"'),
    category: text(100).optional().describe('The exact name of a category'),
    include_discontinued: z.boolean().default(false).describe('Also what is no longer sold'),
    ...Paging,
  }),
  output: z.strictObject({ products: z.array(Product), next_cursor: NextCursor }),
  async run({ input, deps, principal, signal }) {
    const { cursor, limit, ...filter } = input
    const query = ['search_products', filter]
    const after = cursor === undefined ? undefined : deps.cursors.open(principal, query, cursor)
    const page = await deps.products.search(
      principal,
      { ...filter, discontinued: filter.include_discontinued },
      { limit, after },
      { signal },
    )
    return {
      products: page.items,
      ...(page.last && { next_cursor: deps.cursors.seal(principal, query, page.last) }),
    }
  },
})
