import { z } from 'zod'
import { minorDigits } from '../currency.ts'
import { searchable } from '../searchable.ts'
import {
  currency,
  day,
  dayIfTracked,
  discount,
  flag,
  optionalCount,
  optionalDay,
  optionalPrice,
  optionalText,
  positive,
  price,
  text,
  toMinor,
} from './cells.ts'

const code = text(60)

export const CustomerRow = z
  .object({
    customer_id: code,
    company_name: text(200),
    contact_name: optionalText(200),
    email: optionalText(320),
    phone: optionalText(60),
    address: optionalText(300),
    city: optionalText(100),
    region: optionalText(100),
    postal_code: optionalText(20),
    country: optionalText(100),
    subject: optionalText(255),
  })
  .transform(({ customer_id, company_name, subject, ...rest }) => ({
    ...rest,
    id: customer_id,
    name: company_name,
    subject: subject ?? customer_id,
  }))
export type CustomerRow = z.output<typeof CustomerRow>

export const ProductRow = z
  .object({
    product_id: code,
    product_name: text(200),
    unit_price: price,
    category_name: optionalText(100),
    quantity_per_unit: optionalText(100),
    units_in_stock: optionalCount,
    discontinued: flag,
    currency,
  })
  .transform(({ product_id, product_name, category_name, unit_price, ...rest }, context) => ({
    ...rest,
    id: product_id,
    name: product_name,
    category: category_name,
    unit_price_minor: minor(context, 'unit_price', unit_price, rest.currency),
    search_text: searchable(`${product_name} ${category_name ?? ''}`),
  }))
export type ProductRow = z.output<typeof ProductRow>

const Status = z.enum(['pending', 'processing', 'shipped', 'delivered', 'cancelled'])

export const OrderRow = z
  .object({
    order_id: code.refine((value) => !value.startsWith('ord_'), 'must not begin with ord_'),
    customer_id: code,
    order_date: day,
    status: z
      .string()
      .trim()
      .toLowerCase()
      .optional()
      .transform((value) => value || undefined)
      .refine(
        (value) => value === undefined || Status.safeParse(value).success,
        `is not one of ${Status.options.join(', ')}`,
      ),
    required_date: optionalDay,
    shipped_date: optionalDay,
    delivered_date: dayIfTracked,
    carrier: optionalText(100),
    tracking_number: optionalText(100),
    freight: optionalPrice,
    currency,
    ship_name: optionalText(200),
    ship_address: optionalText(300),
    ship_city: optionalText(100),
    ship_region: optionalText(100),
    ship_postal_code: optionalText(20),
    ship_country: optionalText(100),
  })
  .transform(
    ({ order_id, order_date, required_date, shipped_date, delivered_date, freight, ...rest }, context) => ({
      ...rest,
      number: order_id,
      status:
        rest.status === undefined ? derivedStatus(shipped_date, delivered_date) : Status.parse(rest.status),
      ordered_on: order_date,
      required_on: required_date,
      shipped_on: shipped_date,
      delivered_on: delivered_date ?? null,
      minor_digits: minorDigits(rest.currency),
      shipping_minor: minor(context, 'freight', freight, rest.currency),
    }),
  )
export type OrderRow = z.output<typeof OrderRow>

export const LineRow = z
  .object({
    order_id: code,
    // Absent when the file has no such column: lines are then numbered by product.
    line: positive(1_000_000).optional(),
    product_id: code,
    unit_price: price,
    quantity: positive(1_000_000),
    discount,
  })
  .transform(({ order_id, line, discount: discount_bp, ...rest }) => ({
    ...rest,
    order_number: order_id,
    line: line ?? null,
    discount_bp,
  }))
/** `unit_price` is in the major unit of the order's currency. */
export type LineRow = z.output<typeof LineRow>

/** A source without a `delivered_date` column doesn't track delivery: what it shipped counts as delivered. */
function derivedStatus(
  shipped: string | null,
  delivered: string | null | undefined,
): z.output<typeof Status> {
  if (delivered) return 'delivered'
  if (!shipped) return 'pending'
  return delivered === undefined ? 'delivered' : 'shipped'
}

function minor(context: z.RefinementCtx, column: string, decimal: string, code: string): number {
  const value = toMinor(decimal, code)
  if (value !== undefined) return value
  context.addIssue({ code: 'custom', path: [column], message: `has more decimals than ${code} has` })
  return z.NEVER
}
