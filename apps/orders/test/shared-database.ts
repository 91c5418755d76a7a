import { testDatabase } from '@atoll/testing'
import type { TestProject } from 'vitest/node'
import { migrations } from '../migrations/index.ts'
import { acme } from '../src/seed/acme.ts'
import { globex } from '../src/seed/globex.ts'
import { seed } from '../src/seed/seed.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    sharedDatabase: { ownerUrl: string; appUrl: string }
  }
}

/** One database with both demonstration shops for all test files of a run that only read. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { ownerUrl, appUrl, close } = await testDatabase({ name: 'orders', migrations })
  const { signal } = new AbortController()
  await seed(ownerUrl, acme, signal)
  await seed(ownerUrl, globex, signal)
  provide('sharedDatabase', { ownerUrl, appUrl })
  return close
}
