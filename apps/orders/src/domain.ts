import { randomBytes } from 'node:crypto'
import { createDatabase } from '@atoll/database'
import { createCursors, defineDomain } from '@atoll/server-kit'
import { z } from 'zod'
import type { Tables } from './store/tables.ts'
import { ordersStore } from './store.ts'

export const orders = defineDomain({
  name: 'orders',
  scopes: {
    read: 'See your own orders and the product catalogue',
    write: 'Cancel and refund your own orders',
    support: 'See the orders of every customer of your company',
  },
  data: 'confidential',
  limits: { timeout: '5s', rate: '300/min' },
  config: z.object({
    DATABASE_URL: z.url().describe('PostgreSQL as the app role, which row-level security binds'),
    DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10).describe('Connections at most'),
    // Without it every process signs cursors with a key of its own, which is right for one replica only.
    STATE_SECRET: z.string().min(32).optional(),
  }),
  connect: async ({ DATABASE_URL, DATABASE_POOL_SIZE, STATE_SECRET }) => {
    const database = createDatabase<Tables>({
      url: DATABASE_URL,
      poolSize: DATABASE_POOL_SIZE,
      statementTimeout: 10_000,
      applicationName: 'orders',
    })
    return {
      deps: { ...ordersStore(database), cursors: createCursors(STATE_SECRET ?? randomBytes(32)) },
      probes: { database: (signal) => database.probe(signal) },
      close: () => database.close(),
    }
  },
})
