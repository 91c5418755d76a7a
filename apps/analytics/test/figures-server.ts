import { createDatabase } from '@atoll/database'
import { acme, globex, seedShop } from '@atoll/shop-data'
import { principal, type TestServer, testDatabase, testServer } from '@atoll/testing'
import { inject } from 'vitest'
import { migrations } from '../migrations/index.ts'
import { load } from '../src/import/load.ts'
import { server as definition } from '../src/server.ts'
import type { Tables } from '../src/store/tables.ts'
import { analyticsStore } from '../src/store.ts'
import './shared-database.ts'

export const COST_LIMIT = 1_000_000

/** The real server over both demonstration shops, for tests that only read. */
export async function figuresServer(options: { costLimit?: number } = {}) {
  return await serverOver(inject('sharedDatabase'), options)
}

/** The same with a database of its own, for tests that import. */
export async function ownFiguresServer() {
  const { ownerUrl, appUrl, close } = await testDatabase({ name: 'analytics', migrations, access: 'read' })
  await seedShop({ load }, ownerUrl, acme, signal)
  await seedShop({ load }, ownerUrl, globex, signal)
  const opened = await serverOver({ ownerUrl, appUrl }, {})
  return {
    ...opened,
    async close() {
      await opened.close()
      await close()
    },
  }
}

export type FiguresServer = Awaited<ReturnType<typeof figuresServer>>

async function serverOver(
  { ownerUrl, appUrl }: { ownerUrl: string; appUrl: string },
  { costLimit = COST_LIMIT }: { costLimit?: number },
) {
  const database = createDatabase<Tables>({ url: appUrl, applicationName: 'analytics-test' })
  const deps = analyticsStore(database, { costLimit })
  const server: TestServer = await testServer(definition, { deps })
  return {
    ownerUrl,
    appUrl,
    database,
    deps,
    server,
    async close() {
      await server.close()
      await database.close()
    },
  }
}

/** Somebody of a tenant who may see its figures. */
export const analyst = (tenant = 'acme') => principal({ subject: 'ana', tenant, scopes: ['analytics:read'] })

/** Never aborts. */
export const signal: AbortSignal = new AbortController().signal

/** What a refused call tells the caller. */
export function textOf(result: { content: { text?: string }[] }): string {
  return result.content[0]?.text ?? ''
}
