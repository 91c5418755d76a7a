import { migrateCommand } from '@atoll/database'
import { defineServer } from '@atoll/server-kit'
import { shopImportCommand } from '@atoll/shop-data'
import { migrations } from '../migrations/index.ts'
import { orders } from './domain.ts'
import { load } from './import/load.ts'
import { order } from './resources/order.ts'
import { seedCommand } from './seed/command.ts'
import { cancelOrder } from './tools/cancel-order.ts'
import { getCustomerOrder } from './tools/get-customer-order.ts'
import { getOrder } from './tools/get-order.ts'
import { getProduct } from './tools/get-product.ts'
import { listMyOrders } from './tools/list-my-orders.ts'
import { requestRefund } from './tools/request-refund.ts'
import { searchOrders } from './tools/search-orders.ts'
import { searchProducts } from './tools/search-products.ts'

export const server = defineServer(orders, {
  instructions:
    'Orders of a shop. Customers see, cancel and refund their own: start with list_my_orders, then get_order. ' +
    'Support staff search all customers’ orders with search_orders, which also counts and adds up, and open one ' +
    'with get_customer_order. Every amount gives minor units, the currency and a text to show: show the text.',
  tools: [
    listMyOrders,
    getOrder,
    cancelOrder,
    requestRefund,
    searchProducts,
    getProduct,
    searchOrders,
    getCustomerOrder,
  ],
  resources: [order],
  commands: {
    migrate: migrateCommand(migrations),
    seed: seedCommand,
    import: shopImportCommand(load),
  },
})
