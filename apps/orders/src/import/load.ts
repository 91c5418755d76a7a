import { Problems } from '@atoll/csv-import'
import { withOwner } from '@atoll/database'
import type { Tables } from '../store/tables.ts'
import { applyStaged, type Changes } from './apply-staged.ts'
import { checkStaged, type Refused } from './check-staged.ts'
import { FILES } from './files.ts'
import { keyStaged } from './key-staged.ts'
import { type Kind, type Rows, type Source, stage } from './staging.ts'

export interface LoadOptions {
  ownerUrl: string
  tenant: string
  sources: { readonly [K in Kind]: Source<Rows[K]> }
  /** Filled by the sources while they are read. */
  problems?: Problems
  refused?: Refused
  signal: AbortSignal
  /** Runs last in the transaction. */
  after?: (client: Parameters<Parameters<typeof withOwner<Tables, void>>[1]>[1]) => Promise<void>
}

const NONE: Refused = {
  customers: new Set(),
  products: new Set(),
  orders: new Set(),
  order_lines: new Set(),
}

/**
 * Load customers, products, orders and lines into a tenant, all or nothing, in one transaction.
 * Throws InvalidError with every bad row, or ConflictError.
 */
export async function load(options: LoadOptions): Promise<Record<Kind, Changes>> {
  const { ownerUrl, tenant, sources, problems = new Problems(FILES), refused = NONE, signal } = options
  return await withOwner<Tables, Record<Kind, Changes>>(
    ownerUrl,
    async (_trx, client) => {
      // Two imports at once would deadlock on each other's rows.
      await client.query(`select pg_advisory_xact_lock(hashtext('orders.import'), hashtext($1))`, [tenant])
      await stage(client, 'customers', sources.customers, signal)
      await stage(client, 'products', sources.products, signal)
      await stage(client, 'orders', sources.orders, signal)
      await stage(client, 'order_lines', sources.order_lines, signal)
      await keyStaged(client, tenant)
      await checkStaged(client, refused, problems)
      problems.assertNone()
      const changes = await applyStaged(client, tenant)
      await options.after?.(client)
      return changes
    },
    { tenant, signal, applicationName: 'orders-import' },
  )
}
