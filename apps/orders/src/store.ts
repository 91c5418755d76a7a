import type { Database } from '@atoll/database'
import { cancellationStore } from './store/cancellations.ts'
import { orderStore } from './store/orders.ts'
import { productStore } from './store/products.ts'
import { refundStore } from './store/refunds.ts'
import { supportStore } from './store/support.ts'
import type { Tables } from './store/tables.ts'

/** SQL in, model out. Every method takes the principal first: tenant and customer come from there alone. */
export function ordersStore(database: Database<Tables>) {
  return {
    orders: orderStore(database),
    cancellations: cancellationStore(database),
    refunds: refundStore(database),
    support: supportStore(database),
    products: productStore(database),
  }
}
