import { z } from 'zod'
import { analytics } from '../domain.ts'
import { figure } from '../figures.ts'
import { Figure, text } from '../model.ts'
import { CACHED } from './cached.ts'

export const customerLifetimeValue = analytics.defineTool({
  name: 'customer_lifetime_value',
  title: 'Customer lifetime value',
  description:
    'What customers have brought from their first order to their last, the best first, and the average and median of ' +
    'all. For some days only, ask query_metric for revenue by customer.',
  effect: 'read',
  scopes: ['analytics:read'],
  cache: CACHED,
  input: z.object({
    customers: z
      .array(text(200))
      .min(1)
      .max(50)
      .optional()
      .describe('Codes or names of some customers only; left out: all'),
    limit: z.int().min(1).max(200).default(10).describe('Customers at most'),
  }),
  output: z.strictObject({
    customers: z.array(
      z.strictObject({
        customer: z.string().describe('Customer code, such as QUICK'),
        customer_name: z.string(),
        currency: z.string(),
        revenue: Figure,
        orders: z.int(),
        units: z.int(),
        average_order_value: Figure,
        first_order: z.iso.date(),
        last_order: z.iso.date(),
      }),
    ),
    truncated: z.boolean().describe('True when there are more customers than limit'),
    all_customers: z
      .array(
        z.strictObject({
          currency: z.string(),
          customers: z.int(),
          orders: z.int(),
          revenue: Figure,
          average: Figure.describe('Revenue of a customer on average'),
          median: Figure.describe('Half of the customers brought this or less'),
        }),
      )
      .describe('Over all customers with an order, for each currency'),
  }),
  async run({ input, deps, principal, signal }) {
    const { limit } = input
    const filter = input.customers && { dimension: 'customer' as const, values: input.customers, not: false }
    const [named] = await deps.names.resolve(principal, filter ? [filter] : [], { signal })
    const customers = named?.values.filter((id) => id !== null)
    const { rows, summary } = await deps.customers.lifetime(principal, { customers, limit }, { signal })
    return {
      customers: rows.slice(0, limit).map((row) => ({
        ...row,
        revenue: figure(row.revenue, 'money', row.currency),
        average_order_value: figure(row.average_order_value, 'money', row.currency),
      })),
      truncated: rows.length > limit,
      all_customers: summary.map((row) => ({
        ...row,
        revenue: figure(row.revenue, 'money', row.currency),
        average: figure(row.average, 'money', row.currency),
        median: figure(row.median, 'money', row.currency),
      })),
    }
  },
})
