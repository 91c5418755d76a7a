import { init } from './0001-init.ts'
import { orderSums } from './0002-order-sums.ts'
import { hasRefunds } from './0003-has-refunds.ts'

/** In order; a migration that has shipped never changes. */
export const migrations = {
  '0001_init': init,
  '0002_order_sums': orderSums,
  '0003_has_refunds': hasRefunds,
}
