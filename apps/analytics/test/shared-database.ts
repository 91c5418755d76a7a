import { acme, globex, seedShop } from '@atoll/shop-data'
import { testDatabase } from '@atoll/testing'
import type { TestProject } from 'vitest/node'
import { migrations } from '../migrations/index.ts'
import { load } from '../src/import/load.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    sharedDatabase: { ownerUrl: string; appUrl: string }
  }
}

/** One database with both demonstration shops for all test files of a run that only read. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { ownerUrl, appUrl, close } = await testDatabase({ name: 'analytics', migrations, access: 'read' })
  const { signal } = new AbortController()
  await seedShop({ load }, ownerUrl, acme, signal)
  await seedShop({ load }, ownerUrl, globex, signal)
  provide('sharedDatabase', { ownerUrl, appUrl })
  return close
}
