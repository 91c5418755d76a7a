import { createDatabase } from '@atoll/database'
import { createCursors } from '@atoll/server-kit'
import { acme, globex, seedShop } from '@atoll/shop-data'
import { testDatabase, testServer } from '@atoll/testing'
import { inject } from 'vitest'
import { migrations } from '../migrations/index.ts'
import { seed } from '../src/seed/seed.ts'
import { server as definition } from '../src/server.ts'
import type { Tables } from '../src/store/tables.ts'
import { ordersStore } from '../src/store.ts'
import './shared-database.ts'

/** The real server over both demonstration shops, for tests that only read. */
export async function shops() {
  return await serverOver(inject('sharedDatabase'))
}

/** The same with a database of its own, for tests that write. */
export async function ownShops() {
  const { ownerUrl, appUrl, close } = await testDatabase({ name: 'orders', migrations })
  await seedShop(seed, ownerUrl, acme, signal)
  await seedShop(seed, ownerUrl, globex, signal)
  const opened = await serverOver({ ownerUrl, appUrl })
  return {
    ...opened,
    async close() {
      await opened.close()
      await close()
    },
  }
}

export type Shops = Awaited<ReturnType<typeof shops>>

async function serverOver({ ownerUrl, appUrl }: { ownerUrl: string; appUrl: string }) {
  const database = createDatabase<Tables>({ url: appUrl, applicationName: 'orders-test' })
  const store = ordersStore(database)
  const deps = { ...store, cursors: createCursors('a secret that only these tests know') }
  const server = await testServer(definition, { deps })
  return {
    ownerUrl,
    appUrl,
    database,
    store,
    deps,
    server,
    async close() {
      await server.close()
      await database.close()
    },
  }
}

/** Never aborts. */
export const signal: AbortSignal = new AbortController().signal

/** What a refused call tells the caller. */
export function textOf(result: { content: { text?: string }[] }): string {
  return result.content[0]?.text ?? ''
}
