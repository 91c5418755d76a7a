import type { Selectable } from 'kysely'
import type { Address, Order, OrderLine, Refund } from '../model.ts'
import { exactMajor, money } from '../money.ts'
import { canCancel, canRefund } from '../rules.ts'
import type { Tables } from './tables.ts'

export interface LineRow {
  line: number
  product_id: string
  product_name: string
  unit_price_minor: number
  quantity: number
  discount_bp: number
  charged_minor: number
  exact_minor: string
  /** The refund that paid it back. */
  refund_id: string | null
}

export interface RefundRow {
  id: string
  amount_minor: number
  shipping_minor: number
  reason: string | null
  requested_at: string
}

export type OrderRow = Selectable<Tables['orders']> & {
  customer_name: string
  customer_address: string | null
  customer_city: string | null
  customer_region: string | null
  customer_postal_code: string | null
  customer_country: string | null
  lines: LineRow[]
  refunds: RefundRow[]
}

export function toOrder(row: OrderRow): Order {
  const { currency } = row
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    ordered_on: row.ordered_on,
    line_count: row.line_count,
    customer: { id: row.customer_id, name: row.customer_name },
    lines: row.lines.map((line) => toLine(line, currency)),
    totals: {
      goods: money(row.goods_minor, currency),
      goods_exact: exactMajor(row.goods_exact_minor, currency),
      shipping: money(row.shipping_minor, currency),
      total: money(row.goods_minor + row.shipping_minor, currency),
      refunded: money(row.refunded_minor, currency),
    },
    addresses: { shipping: shippingAddress(row), billing: billingAddress(row) },
    shipment: {
      carrier: row.carrier,
      tracking_number: row.tracking_number,
      required_on: row.required_on,
      shipped_on: row.shipped_on,
      delivered_on: row.delivered_on,
    },
    refunds: row.refunds.map((refund) => toRefund(refund, row.lines, currency)),
    cancellation: row.cancelled_at && {
      cancelled_at: row.cancelled_at.toISOString(),
      reason: row.cancel_reason,
    },
    actions: [
      ...(canCancel(row.status) ? (['cancel_order'] as const) : []),
      ...(canRefund(row.status) ? (['request_refund'] as const) : []),
    ],
  }
}

function toLine(line: LineRow, currency: string): OrderLine {
  return {
    line: line.line,
    product: { id: line.product_id, name: line.product_name },
    unit_price: money(line.unit_price_minor, currency),
    quantity: line.quantity,
    discount_percent: line.discount_bp / 100,
    charged: money(line.charged_minor, currency),
    exact: exactMajor(line.exact_minor, currency),
    refunded: line.refund_id !== null,
  }
}

function toRefund(refund: RefundRow, lines: readonly LineRow[], currency: string): Refund {
  return {
    id: refund.id,
    amount: money(refund.amount_minor, currency),
    shipping: money(refund.shipping_minor, currency),
    lines: lines
      .filter((line) => line.refund_id === refund.id)
      .map((line) => ({ line: line.line, amount: money(line.charged_minor, currency) })),
    reason: refund.reason,
    requested_at: new Date(refund.requested_at).toISOString(),
  }
}

function shippingAddress(row: OrderRow): Address {
  return {
    name: row.ship_name,
    street: row.ship_address,
    city: row.ship_city,
    region: row.ship_region,
    postal_code: row.ship_postal_code,
    country: row.ship_country,
  }
}

function billingAddress(row: OrderRow): Address {
  return {
    name: row.customer_name,
    street: row.customer_address,
    city: row.customer_city,
    region: row.customer_region,
    postal_code: row.customer_postal_code,
    country: row.customer_country,
  }
}
