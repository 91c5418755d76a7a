import { z } from 'zod'
import type { Period } from '../model.ts'
import type { Need } from '../types/define-type.ts'

const Sales = z
  .object({
    summary: z.object({
      count: z.int(),
      by_status: z.array(z.object({ status: z.string(), count: z.int() })),
      amounts: z.array(z.object({ charged: z.object({ minor: z.int(), currency: z.string() }) })),
    }),
  })
  .transform(({ summary: { count, by_status, amounts } }) => ({
    count,
    byStatus: by_status,
    amounts: amounts.map(({ charged: { minor, currency } }) => ({ minor, currency })),
  }))
export type Sales = z.output<typeof Sales>

/** Orders of all customers in a period, counted and added up; what was cancelled is among them. */
export function sales({ from, to }: Period): Need<Sales> {
  return {
    tool: 'orders__search_orders',
    arguments: { ordered_from: from, ordered_to: to, limit: 1 },
    scopes: ['orders:support'],
    answer: Sales,
  }
}
