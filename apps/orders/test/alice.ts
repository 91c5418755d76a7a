import { alice } from '@atoll/testing'
import { load } from '../src/import/load.ts'
import type { Order, OrderStatus } from '../src/model.ts'
import { type Shops, signal } from './shops.ts'

/** The latest order of alice with that status, as she sees it. */
export async function orderOfAlice({ store }: Shops, status: OrderStatus): Promise<Order> {
  const { items } = await store.orders.list(alice(), { status }, { limit: 1 }, { signal })
  return await find(store, items[0]?.number ?? `of status ${status}`)
}

let placed = 0

/** A new order of alice: three lines worth 20.00, 1.96 and 0.00 USD, and shipping for 5.00. */
export async function newOrderOfAlice(
  { store, ownerUrl }: Shops,
  status: 'pending' | 'processing' | 'shipped' | 'delivered',
): Promise<Order> {
  placed += 1
  const number = `N-${placed}`
  const lines = [
    { product_id: 'P-001', unit_price: '10.00', quantity: 2, discount_bp: 0 },
    { product_id: 'P-002', unit_price: '1.15', quantity: 2, discount_bp: 1500 },
    { product_id: 'P-003', unit_price: '3.00', quantity: 1, discount_bp: 10_000 },
  ]
  await load({
    ownerUrl,
    tenant: 'acme',
    signal,
    sources: {
      customers: [],
      products: [],
      orders: [{ line: 1, row: { ...EMPTY_ORDER, number, status, ordered_on: '2026-11-16' } }],
      order_lines: lines.map((row, index) => ({
        line: index + 1,
        row: { ...row, order_number: number, line: index + 1 },
      })),
    },
  })
  return await find(store, number)
}

/** An order as a file has it that says nothing but who ordered. */
export const EMPTY_ORDER = {
  customer_id: 'C-0001',
  required_on: null,
  shipped_on: null,
  delivered_on: null,
  carrier: null,
  tracking_number: null,
  ship_name: null,
  ship_address: null,
  ship_city: null,
  ship_region: null,
  ship_postal_code: null,
  ship_country: null,
  currency: 'USD',
  minor_digits: 2,
  shipping_minor: 500,
}

async function find(store: Shops['store'], number: string): Promise<Order> {
  const order = await store.orders.find(alice(), number, { signal })
  if (!order) throw new Error(`alice has no order ${number}`)
  return order
}
