import { z } from 'zod'
import type { Period } from '../model.ts'
import type { Need } from '../types/define-type.ts'

const TopProducts = z.object({
  rows: z.array(
    z.object({
      product_name: z.string().nullable(),
      category: z.string().nullable(),
      currency: z.string(),
      // Text where a JSON number would not be exact.
      revenue: z.coerce.number(),
      units: z.coerce.number(),
      orders: z.coerce.number(),
      share: z.number().nullable(),
    }),
  ),
})
export type TopProducts = z.output<typeof TopProducts>

/** The products that brought most, with their share of all. */
export function topProducts({ from, to }: Period, limit: number): Need<TopProducts> {
  return {
    tool: 'analytics__top_products',
    arguments: { by: 'revenue', from, to, limit },
    scopes: ['analytics:read'],
    answer: TopProducts,
  }
}
