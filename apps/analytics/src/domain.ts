import { createDatabase } from '@atoll/database'
import { defineDomain } from '@atoll/server-kit'
import { z } from 'zod'
import { checkRole } from './store/check-role.ts'
import type { Tables } from './store/tables.ts'
import { analyticsStore } from './store.ts'

export const analytics = defineDomain({
  name: 'analytics',
  scopes: { read: 'See the figures of your company’s sales' },
  data: 'confidential',
  limits: { timeout: '30s', rate: '300/min' },
  config: z.object({
    DATABASE_URL: z
      .url()
      .describe('PostgreSQL as the app role, which reads only; may be a read replica or a warehouse'),
    DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(10).default(10).describe('Connections at most'),
    QUERY_COST_LIMIT: z.coerce
      .number()
      .positive()
      .default(1_000_000)
      .describe('What a question may cost at most, as PostgreSQL estimates it before it runs'),
  }),
  connect: async ({ DATABASE_URL, DATABASE_POOL_SIZE, QUERY_COST_LIMIT }) => {
    const database = createDatabase<Tables>({
      url: DATABASE_URL,
      poolSize: DATABASE_POOL_SIZE,
      statementTimeout: 30_000,
      // Planning costs little beside summing up, and a plan for the asked days beats one for any.
      prepareStatements: false,
      applicationName: 'analytics',
    })
    return {
      deps: analyticsStore(database, { costLimit: QUERY_COST_LIMIT }),
      probes: {
        database: (signal) => database.probe(signal),
        role: (signal) => checkRole(database, signal),
      },
      close: () => database.close(),
    }
  },
})
