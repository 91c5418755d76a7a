import { migrations } from '@atoll/orders/migrations/index.ts'
import { server } from '@atoll/orders/src/server.ts'
import { principal } from '@atoll/testing'
import { type Ask, type Question, type ScaleDomain, spread } from './domain.ts'

const TENANT = 'scale'
const alice = principal({ subject: 'alice', tenant: TENANT, scopes: ['orders:read'] })
const staff = principal({ subject: 'sam', tenant: TENANT, scopes: ['orders:read', 'orders:support'] })
const YEARS = [2022, 2023, 2024, 2025]

export const orders: ScaleDomain = {
  name: 'orders',
  unit: 'orders',
  sizes: [10_000, 1_000_000, 10_000_000],
  server,
  migrations,
  seed: (size) => ['--orders', String(size), '--tenant', TENANT],
  questions: (size) => {
    const number = (call: number) => String(100_000_000 + spread(call, size))
    const product = (call: number) => `P-${String(spread(call, 1000)).padStart(4, '0')}`
    const few = `C-${String(Math.max(5, Math.ceil(Math.min(size, 10_000_000) / 100))).padStart(6, '0')}`
    const year = (call: number) => YEARS[call % YEARS.length]
    return [
      {
        kind: 'look up',
        tool: 'get_order',
        about: 'one of her own',
        as: alice,
        before: (ask) => ask('list_my_orders', { limit: 100 }, alice),
        args: (call, { orders }) => ({ id: orders[call % orders.length].id }),
      },
      {
        kind: 'look up',
        tool: 'get_customer_order',
        about: 'any, by number',
        as: staff,
        args: (call) => ({ id: number(call) }),
      },
      {
        kind: 'look up',
        tool: 'get_product',
        about: 'any',
        as: alice,
        args: (call) => ({ id: product(call) }),
      },
      { kind: 'list', tool: 'list_my_orders', about: 'first page', as: alice, args: () => ({}) },
      page('list_my_orders', 10, alice, { limit: 5 }),
      {
        kind: 'list',
        tool: 'list_my_orders',
        about: 'refunded, first page',
        as: alice,
        args: () => ({ status: 'refunded', limit: 5 }),
      },
      {
        kind: 'list',
        tool: 'search_products',
        about: 'two words',
        as: alice,
        args: () => ({ query: 'royal lamp' }),
      },
      page('search_orders', 50, staff, {}),
      page('search_orders', 2, staff, { status: 'delivered' }),
      page('search_orders', 2, staff, { customer: few, limit: 5 }),
      {
        kind: 'add up',
        tool: 'search_orders',
        about: 'all, with the sum',
        as: staff,
        args: () => ({ limit: 1 }),
      },
      {
        kind: 'add up',
        tool: 'search_orders',
        about: 'delivered, some months',
        as: staff,
        args: (call) => ({
          status: 'delivered',
          ordered_from: `${year(call)}-02-03`,
          ordered_to: `${year(call)}-10-17`,
          limit: 1,
        }),
      },
      {
        kind: 'add up',
        tool: 'search_orders',
        about: 'of an ordinary customer',
        as: staff,
        args: () => ({ customer: few, limit: 1 }),
      },
      {
        kind: 'add up',
        tool: 'search_orders',
        about: 'of the biggest customer',
        as: staff,
        args: () => ({ customer: 'C-000001', limit: 1 }),
      },
      {
        kind: 'add up',
        tool: 'search_orders',
        about: 'by number',
        as: staff,
        args: (call) => ({ number: number(call) }),
      },
    ]
  },
}

/** The page of that number: reached once, then asked for again and again. */
function page(tool: string, pageNumber: number, as: typeof alice, filter: Record<string, unknown>): Question {
  const about = [
    ...Object.entries(filter)
      .filter(([name]) => name !== 'limit')
      .map(([name, value]) => (name === 'status' ? value : `of a ${name}`)),
    `page ${pageNumber}`,
  ]
  return {
    kind: 'list',
    tool,
    about: about.join(', '),
    as,
    async before(ask: Ask) {
      let cursor: string | undefined
      for (let at = 1; at < pageNumber; at += 1) {
        cursor = (await ask(tool, { ...filter, ...(cursor && { cursor }) }, as)).next_cursor
      }
      return cursor
    },
    args: (_call, cursor) => ({ ...filter, cursor }),
  }
}
