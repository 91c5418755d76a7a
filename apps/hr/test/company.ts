import type { Principal } from '@atoll/auth'
import { createDatabase } from '@atoll/database'
import { testDatabase } from '@atoll/testing'
import { migrations } from '../migrations/index.ts'
import { acme } from '../src/seed/acme.ts'
import { globex } from '../src/seed/globex.ts'
import { seed } from '../src/seed/seed.ts'
import type { Tables } from '../src/store/tables.ts'
import { hrStore } from '../src/store.ts'

/** A database of its own for a test file, with both demonstration companies in it. */
export async function companies() {
  const { ownerUrl, appUrl, close } = await testDatabase({ name: 'hr', migrations })
  await seed(ownerUrl, acme)
  await seed(ownerUrl, globex)
  const database = createDatabase<Tables>({ url: appUrl, applicationName: 'hr-test' })
  return {
    ownerUrl,
    appUrl,
    database,
    store: hrStore(database),
    async close() {
      await database.close()
      await close()
    },
  }
}

export function caller(tenant: string, ...scopes: string[]): Principal {
  return {
    subject: `somebody@${tenant}`,
    tenant,
    scopes: new Set(['hr:read', ...scopes]),
    roles: new Set(),
    clientId: 'test',
    issuer: 'https://issuer.example',
    expiresAt: Number.POSITIVE_INFINITY,
  }
}

export const signal: AbortSignal = new AbortController().signal
