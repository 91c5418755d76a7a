import { type Changes, type Kind, upsert } from '@atoll/shop-data'
import type pg from 'pg'
import { CUSTOMERS, PRODUCTS, SALES, SALES_ORDERS } from './plans.ts'
import { spanOf } from './span.ts'
import { stageFacts } from './stage-facts.ts'

/** Write what was staged and checked for the tenant of the transaction; rows that are the same stay untouched. */
export async function applyStaged(client: pg.ClientBase, tenant: string): Promise<Record<Kind, Changes>> {
  await stageFacts(client, tenant)
  const span = await spanOf(client, tenant)
  const customers = await upsert(client, tenant, CUSTOMERS)
  const products = await upsert(client, tenant, PRODUCTS)
  const orders = await upsert(client, tenant, SALES_ORDERS)
  const { rowCount } = await client.query(
    `delete from sales old using staged_facts f
    where old.tenant = $1 and old.order_number = f.number
      and not exists (select from staged_sales new where new.order_number = f.number and new.line = old.line)`,
    [tenant],
  )
  const order_lines = { ...(await upsert(client, tenant, SALES)), removed: rowCount ?? 0 }
  // A tenant that just appeared would be planned for as if it were empty.
  await client.query('analyze customers, products, regions, sales_orders, sales')
  if (span) await client.query('select rebuild_rollups($1, $2, $3)', [tenant, span.first, span.last])
  else if (touched(customers) || touched(products))
    await client.query('select advance_revision($1)', [tenant])
  return { customers, products, orders, order_lines }
}

function touched({ added, changed }: Changes): boolean {
  return added + changed > 0
}
