import { contractSuite } from '@atoll/testing'
import { server } from '../src/server.ts'
import { orderOfAlice } from './alice.ts'
import { ownShops, type Shops } from './shops.ts'

const examples: Record<string, Record<string, unknown>> = {
  list_my_orders: { limit: 5 },
  search_products: { query: 'desk' },
  get_product: { id: 'P-001' },
  search_orders: { customer: 'C-0001' },
  get_order: {},
  get_customer_order: {},
  cancel_order: {},
  request_refund: {},
}
let shop: Shops

contractSuite({
  server,
  async start() {
    shop = await ownShops()
    for (const tool of ['get_order', 'get_customer_order'] as const) {
      examples[tool] = { id: (await orderOfAlice(shop, 'shipped')).id }
    }
    examples.cancel_order = { id: (await orderOfAlice(shop, 'pending')).id, confirm: true }
    examples.request_refund = { id: (await orderOfAlice(shop, 'delivered')).id, confirm: true }
    return { deps: shop.deps, close: () => shop.close() }
  },
  owner: { subject: 'alice', scopes: ['orders:read', 'orders:write', 'orders:support'] },
  examples,
  secrets: ['Alice Andersson', 'Standing Desk Alto', 'Redwood Games'],
})
