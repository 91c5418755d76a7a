import { z } from 'zod'
import { Money } from './money.ts'

/** Text of a caller: PostgreSQL cannot store NUL, and no other control character means anything here. */
export const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters')

export const OrderId = z
  .string()
  .regex(/^ord_[0-9a-f]{24}$/)
  .brand<'OrderId'>()
  .describe('Opaque order id: ord_ and 24 hexadecimal digits')
export type OrderId = z.output<typeof OrderId>

/** How a caller names an order: by id, or by the number on the invoice. */
export const OrderRef = text(60).describe('The order: its id (ord_...) from a listing, or its number (10248)')

export const ProductId = text(60).describe('Product id, as in order lines')

export const OrderStatus = z.enum([
  'pending',
  'processing',
  'shipped',
  'delivered',
  'cancelled',
  'partially_refunded',
  'refunded',
])
export type OrderStatus = z.output<typeof OrderStatus>

export const Day = z.iso.date()

const Exact = z.string().regex(/^\d+(\.\d+)?$/)

export const OrderSummary = z.strictObject({
  id: OrderId,
  number: z.string().describe('The number on the invoice, such as 10248'),
  status: OrderStatus,
  ordered_on: Day,
  line_count: z.int(),
  goods: Money.describe('Sum of the lines as charged, each rounded to the minor unit; without shipping'),
  shipping: Money,
  total: Money.describe('What was paid: goods and shipping'),
  refunded: Money.describe('Paid back so far'),
})
export type OrderSummary = z.output<typeof OrderSummary>

export const OrderLine = z.strictObject({
  line: z.int().describe('Number of the line in its order; request_refund takes it'),
  product: z.strictObject({ id: ProductId, name: z.string() }),
  unit_price: Money,
  quantity: z.int(),
  discount_percent: z.number().min(0).max(100).describe('15 is 15 %, taken off this line'),
  charged: Money.describe(
    'What the line cost: price x quantity x (1 - discount), rounded to the minor unit, halves away from zero',
  ),
  exact: Exact.describe('The same product before rounding, a decimal in the major unit of the currency'),
  refunded: z.boolean(),
})
export type OrderLine = z.output<typeof OrderLine>

export const Address = z.strictObject({
  name: z.string().nullable(),
  street: z.string().nullable(),
  city: z.string().nullable(),
  region: z.string().nullable(),
  postal_code: z.string().nullable(),
  country: z.string().nullable(),
})
export type Address = z.output<typeof Address>

export const Refund = z.strictObject({
  id: z.string().describe('ref_...'),
  amount: Money.describe('Paid back with this refund: its lines as charged, and shipping'),
  shipping: Money.describe('The part of the amount that is shipping'),
  lines: z.array(z.strictObject({ line: z.int(), amount: Money })),
  reason: z.string().nullable(),
  requested_at: z.iso.datetime(),
})
export type Refund = z.output<typeof Refund>

export const Order = OrderSummary.omit({ goods: true, shipping: true, total: true, refunded: true }).extend({
  customer: z.strictObject({ id: z.string(), name: z.string() }),
  lines: z.array(OrderLine),
  totals: z.strictObject({
    goods: Money.describe('Sum of the lines as charged, each rounded to the minor unit'),
    goods_exact: Exact.describe('Sum of the exact lines, never rounded, in the major unit'),
    shipping: Money,
    total: Money.describe('What was paid: goods and shipping'),
    refunded: Money,
  }),
  addresses: z.strictObject({ shipping: Address, billing: Address }),
  shipment: z
    .strictObject({
      carrier: z.string().nullable(),
      tracking_number: z.string().nullable(),
      required_on: Day.nullable().describe('The day the customer asked for'),
      shipped_on: Day.nullable(),
      delivered_on: Day.nullable(),
    })
    .describe('Dates are null until they happen'),
  refunds: z.array(Refund),
  cancellation: z
    .strictObject({ cancelled_at: z.iso.datetime(), reason: z.string().nullable() })
    .nullable()
    .describe('Null unless it was cancelled with cancel_order'),
  actions: z.array(z.enum(['cancel_order', 'request_refund'])).describe('What its owner may do with it now'),
})
export type Order = z.output<typeof Order>

export const FoundOrder = OrderSummary.extend({
  customer: z.strictObject({ id: z.string().describe('Customer code, such as QUICK'), name: z.string() }),
})
export type FoundOrder = z.output<typeof FoundOrder>

export const SearchSummary = z
  .strictObject({
    count: z.int().describe('Orders that match, on all pages'),
    by_status: z.array(z.strictObject({ status: OrderStatus, count: z.int() })),
    amounts: z
      .array(
        z.strictObject({
          charged: Money.describe('Sum of the lines as charged: each rounded to the minor unit, then added'),
          exact: Exact.describe('Sum of price x quantity x (1 - discount), never rounded, in the major unit'),
        }),
      )
      .describe('One entry for each currency; goods only, without shipping and before refunds'),
  })
  .describe('Over every order that matches the filter, not only this page. Cancelled orders count.')
export type SearchSummary = z.output<typeof SearchSummary>

export const Product = z.strictObject({
  id: ProductId,
  name: z.string(),
  category: z.string().nullable(),
  quantity_per_unit: z.string().nullable().describe('How it is packed: "24 - 12 oz bottles"'),
  unit_price: Money.describe('Price today; an order line keeps the price of its day'),
  units_in_stock: z.int().nullable().describe('Null when stock is not tracked'),
  discontinued: z.boolean().describe('No longer sold'),
})
export type Product = z.output<typeof Product>

export const Cancelled = z.strictObject({
  order: OrderSummary,
  cancelled_at: z.iso.datetime(),
  reason: z.string().nullable(),
})
export type Cancelled = z.output<typeof Cancelled>

export const Refunded = z.strictObject({
  refund: Refund,
  order: OrderSummary.describe('The order afterwards'),
})
export type Refunded = z.output<typeof Refunded>
