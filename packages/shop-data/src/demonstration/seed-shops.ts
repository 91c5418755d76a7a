import type { Numbered } from '@atoll/csv-import'
import { type Command, ownerCommand, withOwner } from '@atoll/database'
import type pg from 'pg'
import type { LoadShop } from '../load-shop.ts'
import { acme } from './acme.ts'
import { generate, type Shop } from './generate.ts'
import { globex } from './globex.ts'
import type { ShopPlan } from './plan.ts'

/** How one server is filled with a demonstration shop. */
export interface ShopSeed {
  load: LoadShop
  /** Runs last in the transaction, for what files don't say. */
  settle?(client: pg.ClientBase, tenant: string, shop: Shop): Promise<void>
}

/** `seed`: two demonstration shops. */
export function shopSeedCommand(seed: ShopSeed): Command {
  return ownerCommand(
    'Fill the tenants acme and globex with demonstration data',
    async ({ ownerUrl, stdout, signal }) => {
      for (const plan of [acme, globex]) {
        const filled = await seedShop(seed, ownerUrl, plan, signal)
        stdout.write(filled ? `Filled tenant ${plan.tenant}\n` : `Tenant ${plan.tenant} has data already\n`)
      }
    },
  )
}

/** Fill a tenant by its plan. A tenant that has customers is left alone: then it answers false. */
export async function seedShop(
  { load, settle }: ShopSeed,
  ownerUrl: string,
  plan: ShopPlan,
  signal: AbortSignal,
): Promise<boolean> {
  const { tenant } = plan
  const filled = await withOwner<{ customers: { id: string } }, boolean>(
    ownerUrl,
    async (trx) => (await trx.selectFrom('customers').select('id').limit(1).execute()).length > 0,
    { tenant, signal },
  )
  if (filled) return false
  const shop = generate(plan)
  const sources = {
    customers: numbered(shop.customers),
    products: numbered(shop.products),
    orders: numbered(shop.orders),
    order_lines: numbered(shop.order_lines),
  }
  await load({ ownerUrl, tenant, sources, signal, after: async (client) => settle?.(client, tenant, shop) })
  return true
}

function numbered<Row>(rows: readonly Row[]): Numbered<Row>[] {
  return rows.map((row, index) => ({ line: index + 1, row }))
}
