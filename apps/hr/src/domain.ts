import { randomBytes } from 'node:crypto'
import { createDatabase } from '@atoll/database'
import { createCursors, defineDomain } from '@atoll/server-kit'
import { z } from 'zod'
import type { Tables } from './store/tables.ts'
import { hrStore } from './store.ts'

export const hr = defineDomain({
  name: 'hr',
  scopes: {
    read: 'See employees, departments, projects and timesheets of your company',
    compensation: 'See salary bands of employees',
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
      applicationName: 'hr',
    })
    return {
      deps: { ...hrStore(database), cursors: createCursors(STATE_SECRET ?? randomBytes(32)) },
      probes: { database: (signal) => database.probe(signal) },
      close: () => database.close(),
    }
  },
})
