import { randomBytes } from 'node:crypto'
import { createDatabase, migrate } from '@atoll/database'
import { dropDatabase, provisionDatabase } from '@atoll/database/embedded'
import { testDatabase } from '@atoll/testing'
import { migrations } from '../../migrations/index.ts'
import { ensureVectorIndex } from '../../src/vectors/ensure-vector-index.ts'
import { memoryVectors } from '../../src/vectors/memory-vectors.ts'
import { pgVectors } from '../../src/vectors/pg-vectors.ts'
import type { VectorDatabase, VectorTables } from '../../src/vectors/tables.ts'
import type { VectorIndex } from '../../src/vectors/vector-index.ts'
import { MODEL } from './library.ts'
import { pgliteDatabase } from './pglite-database.ts'

export interface Subject {
  database: VectorDatabase
  index: VectorIndex
  close(): Promise<void>
}

export async function inMemory(): Promise<Subject> {
  const { appUrl, close } = await testDatabase({ name: 'vectors', migrations })
  const database = createDatabase<VectorTables>({ url: appUrl, applicationName: 'vectors' })
  const index = memoryVectors(database)
  return {
    database,
    index,
    async close() {
      await index.close()
      await database.close()
      await close()
    },
  }
}

export async function inPglite(): Promise<Subject> {
  const { database, pglite, close } = await pgliteDatabase()
  await pglite.exec('create extension vector')
  return { database, index: pgVectors(database), close }
}

/** On a PostgreSQL server with pgvector; `adminUrl` is a superuser's. */
export async function inPgvector(adminUrl: string): Promise<Subject> {
  const name = `test_vectors_${randomBytes(4).toString('hex')}`
  const names = { database: name, owner: `${name}_owner`, app: `${name}_app` }
  const { ownerUrl, appUrl } = await provisionDatabase(adminUrl, {
    database: name,
    owner: { name: names.owner, password: randomBytes(12).toString('hex') },
    app: { name: names.app, password: randomBytes(12).toString('hex') },
  })
  await migrate({ ownerUrl, migrations, appRole: names.app })
  const { signal } = new AbortController()
  await ensureVectorIndex(ownerUrl, { model: MODEL, dimensions: 3 }, { signal })
  const database = createDatabase<VectorTables>({ url: appUrl, applicationName: 'vectors' })
  return {
    database,
    index: pgVectors(database),
    async close() {
      await database.close()
      await dropDatabase(adminUrl, names)
    },
  }
}
