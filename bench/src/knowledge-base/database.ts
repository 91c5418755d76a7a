import { testDatabase } from '@atoll/testing'
import { runApp } from './run-app.ts'

export interface BenchDatabase {
  ownerUrl: string
  appUrl: string
  /** Of the server it is on. */
  version: string
  close(): Promise<void>
}

/** A fresh database with the app's own migrations: on the server of TEST_DATABASE_URL, or on an embedded one. */
export async function knowledgeBaseDatabase(name: string): Promise<BenchDatabase> {
  const { ownerUrl, appUrl, close } = await testDatabase({ name, migrations: {} })
  await runApp(['migrate'], { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl })
  const version = process.env.TEST_DATABASE_URL ? 'PostgreSQL of TEST_DATABASE_URL' : 'embedded PostgreSQL'
  return { ownerUrl, appUrl, version, close }
}
