import { type Command, type CommandContext, ownerCommand } from '@atoll/database'
import type pg from 'pg'
import { fillOptions } from '../fill-options.ts'
import { fillTenant } from '../fill-tenant.ts'
import { makeCatalogue, makeOrders } from './make.ts'

/** How one server keeps a big shop; it reads the tables `made_...` and inserts into its own. */
export interface ShopFill {
  name: string
  tables: readonly [string, ...string[]]
  clear(client: pg.ClientBase, tenant: string): Promise<void>
  /** Insert `made_customers` and `made_products`. */
  catalogue(client: pg.ClientBase, tenant: string): Promise<void>
  /** Insert `made_orders` and `made_lines`, which hold the next of them. */
  orders(client: pg.ClientBase, tenant: string): Promise<void>
  finish?(client: pg.ClientBase, tenant: string): Promise<void>
}

export const MOST_ORDERS = 100_000_000
const BATCH = 200_000

/** `seed`: what it is without options, and with `--orders COUNT` a shop of that size. */
export function orFillShop(demonstration: Command, shop: ShopFill): Command {
  return ownerCommand(`${demonstration.summary}, or --orders COUNT for a tenant of that size`, (context) =>
    context.args.length === 0 ? demonstration.run(context) : fillShop(shop, context),
  )
}

/** The same shop for every server that is given the same numbers. */
async function fillShop(
  shop: ShopFill,
  { args, ownerUrl, stdout, stderr, signal }: CommandContext & { ownerUrl: string },
): Promise<void> {
  const options = fillOptions(args, 'orders', MOST_ORDERS)
  const { tenant, count } = options
  await fillTenant(
    {
      name: shop.name,
      // As loading a shop from files has it.
      lock: `${shop.name}.import`,
      tables: shop.tables,
      clear: (client) => shop.clear(client, tenant),
      async insert(client, { seed }, step) {
        step(0, 'customers and products')
        await makeCatalogue(client, { orders: count, seed })
        await shop.catalogue(client, tenant)
        for (let first = 1; first <= count; first += BATCH) {
          const last = Math.min(count, first + BATCH - 1)
          step((first - 1) / count, `${first - 1} of ${count} orders`)
          await makeOrders(client, { first, last, orders: count, seed })
          await shop.orders(client, tenant)
        }
      },
      finish: async (client) => shop.finish?.(client, tenant),
    },
    options,
    { ownerUrl, stderr, signal },
  )
  stdout.write(`Filled tenant ${tenant} with ${count} orders\n`)
}
