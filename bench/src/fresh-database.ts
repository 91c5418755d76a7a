import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Migrations, migrate } from '@atoll/database'
import { dropDatabase, provisionDatabase, startEmbeddedPostgres } from '@atoll/database/embedded'

export interface FreshDatabase {
  ownerUrl: string
  appUrl: string
  /** Drops it. */
  close(): Promise<void>
}

/** An empty, migrated database on the server of `TEST_DATABASE_URL` (a superuser's URL), else on an embedded one. */
export async function freshDatabase(
  name: string,
  migrations: Migrations,
  access: 'read' | 'write' = 'write',
): Promise<FreshDatabase> {
  const server = await postgres()
  const database = `bench_${name}_${randomBytes(4).toString('hex')}`
  const names = { database, owner: `${database}_owner`, app: `${database}_app` }
  const urls = await provisionDatabase(server.adminUrl, {
    database,
    owner: { name: names.owner, password: randomBytes(12).toString('hex') },
    app: { name: names.app, password: randomBytes(12).toString('hex') },
  })
  await migrate({ ownerUrl: urls.ownerUrl, migrations, appRole: names.app, access })
  return {
    ...urls,
    async close() {
      await dropDatabase(server.adminUrl, names)
      await server.leave()
    },
  }
}

async function postgres(): Promise<{ adminUrl: string; leave(): Promise<void> }> {
  const adminUrl = process.env.TEST_DATABASE_URL
  if (adminUrl) return { adminUrl, leave: async () => {} }
  const dataDirectory = await mkdtemp(join(tmpdir(), 'atoll-bench-'))
  await chmod(dataDirectory, 0o755)
  const server = await startEmbeddedPostgres({ dataDirectory, port: 0, durable: false })
  return {
    adminUrl: server.adminUrl,
    async leave() {
      await server.stop()
      await rm(dataDirectory, { recursive: true })
    },
  }
}
