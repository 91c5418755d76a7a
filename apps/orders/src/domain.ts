import { randomBytes } from 'node:crypto'
import { createDatabase } from '@atoll/database'
import { defineDomain } from '@atoll/server-kit'
import { z } from 'zod'
import { createCursors } from './cursor.ts'
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
  config: z.object({
    DATABASE_URL: z.url(),
    // Without it every process seals cursors with a key of its own, which is right for one replica only.
    STATE_SECRET: z.string().min(32).optional(),
  }),
  async connect(config) {
    const database = createDatabase<Tables>({ url: config.DATABASE_URL, applicationName: 'orders' })
    return {
      deps: {
        ...ordersStore(database),
        cursors: createCursors(config.STATE_SECRET ?? randomBytes(32)),
      },
      probes: { database: (signal) => database.probe(signal) },
      close: () => database.close(),
    }
  },
})
