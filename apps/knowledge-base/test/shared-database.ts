import { testDatabase } from '@atoll/testing'
import type { TestProject } from 'vitest/node'
import { migrations } from '../migrations/index.ts'
import { fill } from './fill.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    sharedDatabase: { ownerUrl: string; appUrl: string }
  }
}

/** One database with both demonstration handbooks for all test files of a run that only read. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { ownerUrl, appUrl, close } = await testDatabase({ name: 'knowledge-base', migrations })
  await fill(ownerUrl)
  provide('sharedDatabase', { ownerUrl, appUrl })
  return close
}
