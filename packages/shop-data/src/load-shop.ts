import { Problems } from '@atoll/csv-import'
import { withOwner } from '@atoll/database'
import type pg from 'pg'
import { type Check, checkStaged, type Refused } from './files/check-staged.ts'
import { FILES } from './files/files.ts'
import { type Kind, type Rows, type Source, stage } from './files/staging.ts'
import type { Changes } from './files/upsert.ts'

export interface LoadOptions {
  ownerUrl: string
  tenant: string
  sources: { readonly [K in Kind]: Source<Rows[K]> }
  /** Filled by the sources while they are read. */
  problems?: Problems
  refused?: Refused
  signal: AbortSignal
  /** Runs last in the transaction. */
  after?: (client: pg.ClientBase) => Promise<void>
}

export type LoadShop = (options: LoadOptions) => Promise<Record<Kind, Changes>>

/** How one server keeps a shop: what it does with rows that lie in the tables `staged_...`. */
export interface ShopTables {
  /** Of the server: names its lock and its connection. */
  name: string
  /** Checks of its own, beside those of every shop. */
  checks?: readonly Check[]
  /** Runs before the checks. */
  prepare?(client: pg.ClientBase, tenant: string): Promise<void>
  /** Write what was staged and checked. */
  apply(client: pg.ClientBase, tenant: string): Promise<Record<Kind, Changes>>
}

const NONE: Refused = {
  customers: new Set(),
  products: new Set(),
  orders: new Set(),
  order_lines: new Set(),
}

/**
 * How to load customers, products, orders and lines into a tenant, all or nothing, in one transaction. Loading
 * throws InvalidError with every bad row, or ConflictError.
 */
export function shopLoader({ name, checks = [], prepare, apply }: ShopTables): LoadShop {
  return async (options) => {
    const { ownerUrl, tenant, sources, problems = new Problems(FILES), refused = NONE, signal } = options
    return await withOwner<unknown, Record<Kind, Changes>>(
      ownerUrl,
      async (_trx, client) => {
        // Two imports at once would deadlock on each other's rows.
        await client.query('select pg_advisory_xact_lock(hashtext($1), hashtext($2))', [
          `${name}.import`,
          tenant,
        ])
        await stage(client, 'customers', sources.customers, signal)
        await stage(client, 'products', sources.products, signal)
        await stage(client, 'orders', sources.orders, signal)
        await stage(client, 'order_lines', sources.order_lines, signal)
        await prepare?.(client, tenant)
        await checkStaged(client, refused, problems, checks)
        problems.assertNone()
        const changes = await apply(client, tenant)
        await options.after?.(client)
        return changes
      },
      { tenant, signal, applicationName: `${name}-import` },
    )
  }
}
