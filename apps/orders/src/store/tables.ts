import type { ColumnType, Generated } from 'kysely'
import type { OrderId, OrderStatus } from '../model.ts'

/** Dates are `YYYY-MM-DD`; `numeric` is text; `_minor` is minor units of the row's currency. */
export interface Tables {
  customers: CustomersTable
  products: ProductsTable
  orders: OrdersTable
  order_lines: OrderLinesTable
  refunds: RefundsTable
  refund_lines: RefundLinesTable
  idempotency_keys: IdempotencyKeysTable
  order_sums: OrderSumsTable
}

interface CustomersTable {
  tenant: string
  id: string
  subject: string
  name: string
  contact_name: string | null
  email: string | null
  phone: string | null
  address: string | null
  city: string | null
  region: string | null
  postal_code: string | null
  country: string | null
}

interface ProductsTable {
  tenant: string
  id: string
  name: string
  search_text: string
  category: string | null
  quantity_per_unit: string | null
  unit_price_minor: number
  currency: string
  units_in_stock: number | null
  discontinued: boolean
}

interface OrdersTable {
  tenant: string
  id: OrderId
  number: string
  customer_id: string
  subject: string
  status: OrderStatus
  ordered_on: string
  required_on: string | null
  shipped_on: string | null
  delivered_on: string | null
  carrier: string | null
  tracking_number: string | null
  ship_name: string | null
  ship_address: string | null
  ship_city: string | null
  ship_region: string | null
  ship_postal_code: string | null
  ship_country: string | null
  currency: string
  shipping_minor: number
  line_count: number
  goods_minor: number
  goods_exact_minor: string
  refunded_minor: number
  /** Whether there ever was one; set by a trigger. */
  has_refunds: Generated<boolean>
  cancelled_at: Date | null
  cancel_reason: string | null
}

interface OrderLinesTable {
  tenant: string
  order_id: OrderId
  line: number
  product_id: string
  unit_price_minor: number
  quantity: number
  discount_bp: number
  charged_minor: ColumnType<number, never, never>
  exact_minor: ColumnType<string, never, never>
}

interface RefundsTable {
  tenant: string
  id: string
  order_id: OrderId
  amount_minor: number
  shipping_minor: number
  reason: string | null
  requested_at: Generated<Date>
}

interface RefundLinesTable {
  tenant: string
  order_id: OrderId
  line: number
  refund_id: string
  amount_minor: number
}

interface IdempotencyKeysTable {
  tenant: string
  subject: string
  tool: string
  key: string
  request_hash: string
  answer: ColumnType<unknown, string | null, string>
  created_at: Generated<Date>
}

interface OrderSumsTable {
  tenant: string
  grain: 'day' | 'month'
  starts_on: string
  status: OrderStatus
  currency: string
  orders: number
  goods_minor: number
  goods_exact_minor: string
}
