import type { Principal } from '@atoll/auth'
import { NotFoundError } from '@atoll/errors'
import type { Selectable, Transaction } from 'kysely'
import type { OrderId } from '../model.ts'
import type { Tables } from './tables.ts'

/** One of the caller's orders, locked until the transaction ends. Throws NotFoundError. */
export async function lockOwnOrder(
  trx: Transaction<Tables>,
  principal: Principal,
  id: OrderId,
): Promise<Selectable<Tables['orders']>> {
  const order = await trx
    .selectFrom('orders')
    .selectAll()
    .where('tenant', '=', principal.tenant)
    .where('subject', '=', principal.subject)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!order) throw new NotFoundError('order', id)
  return order
}
