import { createDatabase } from '@atoll/database'
import { createCursors } from '@atoll/server-kit'
import { testDatabase, testServer } from '@atoll/testing'
import { inject } from 'vitest'
import { migrations } from '../migrations/index.ts'
import { acme } from '../src/seed/acme.ts'
import { globex } from '../src/seed/globex.ts'
import { seed } from '../src/seed/seed.ts'
import { server as definition } from '../src/server.ts'
import type { Tables } from '../src/store/tables.ts'
import { hrStore } from '../src/store.ts'
import './shared-database.ts'

/** The real server over both demonstration companies, for tests that only read. */
export async function companies() {
  return await serverOver(inject('sharedDatabase'))
}

/** The same with a database of its own, for tests that write. */
export async function ownCompanies() {
  const { ownerUrl, appUrl, close } = await testDatabase({ name: 'hr', migrations })
  await seed(ownerUrl, acme)
  await seed(ownerUrl, globex)
  const opened = await serverOver({ ownerUrl, appUrl })
  return {
    ...opened,
    async close() {
      await opened.close()
      await close()
    },
  }
}

export type Companies = Awaited<ReturnType<typeof companies>>

async function serverOver({ ownerUrl, appUrl }: { ownerUrl: string; appUrl: string }) {
  const database = createDatabase<Tables>({ url: appUrl, applicationName: 'hr-test' })
  const store = hrStore(database)
  const cursors = createCursors('a secret that only these tests know')
  const server = await testServer(definition, { deps: { ...store, cursors } })
  return {
    ownerUrl,
    appUrl,
    database,
    store,
    cursors,
    server,
    async close() {
      await server.close()
      await database.close()
    },
  }
}

/** Never aborts. */
export const signal: AbortSignal = new AbortController().signal
