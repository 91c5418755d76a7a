import type { Database } from '@atoll/database'
import { cancelOrder, earlierCancellation } from './store/cancel-order.ts'
import { findOrder } from './store/find-order.ts'
import { listOrders } from './store/list-orders.ts'
import { findProduct, searchProducts } from './store/products.ts'
import { earlierRefund, refundOrder } from './store/refund-order.ts'
import { searchOrders } from './store/search-orders.ts'
import type { Tables } from './store/tables.ts'

/** SQL in, model out. Every method takes the principal first: tenant and customer come from there alone. */
export function orderStore(db: Database<Tables>) {
  return {
    list: (...rest: Rest<typeof listOrders>) => listOrders(db, ...rest),
    find: (...rest: Rest<typeof findOrder>) => findOrder(db, ...rest),
    search: (...rest: Rest<typeof searchOrders>) => searchOrders(db, ...rest),
    cancel: (...rest: Rest<typeof cancelOrder>) => cancelOrder(db, ...rest),
    earlierCancellation: (...rest: Rest<typeof earlierCancellation>) => earlierCancellation(db, ...rest),
    refund: (...rest: Rest<typeof refundOrder>) => refundOrder(db, ...rest),
    earlierRefund: (...rest: Rest<typeof earlierRefund>) => earlierRefund(db, ...rest),
  }
}
export type OrderStore = ReturnType<typeof orderStore>

export function productStore(db: Database<Tables>) {
  return {
    find: (...rest: Rest<typeof findProduct>) => findProduct(db, ...rest),
    search: (...rest: Rest<typeof searchProducts>) => searchProducts(db, ...rest),
  }
}
export type ProductStore = ReturnType<typeof productStore>

type Rest<F> = F extends (db: Database<Tables>, ...rest: infer R) => unknown ? R : never
