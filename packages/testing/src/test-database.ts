import { randomBytes } from 'node:crypto'
import { type Migrations, migrate } from '@atoll/database'
import { dropDatabase, provisionDatabase } from '@atoll/database/embedded'
import { joinTestPostgres } from './test-postgres.ts'

export interface TestDatabase {
  /** A superuser's, on this database. */
  readonly adminUrl: string
  /** The role that owns the schema: seeds and imports. */
  readonly ownerUrl: string
  /** The role the app runs as: bound by row-level security. */
  readonly appUrl: string
  /** Drops it. */
  close(): Promise<void>
}

/**
 * A fresh, migrated database for one test file: on the server of `TEST_DATABASE_URL` (a superuser's URL) when set,
 * else on an embedded PostgreSQL that all test files share.
 */
export async function testDatabase(options: {
  name: string
  migrations: Migrations
  /** What the app's role may do; `write` unless given. */
  access?: 'read' | 'write'
}): Promise<TestDatabase> {
  const server = await joinTestPostgres()
  const database = `test_${options.name.replaceAll('-', '_')}_${randomBytes(4).toString('hex')}`
  const names = { database, owner: `${database}_owner`, app: `${database}_app` }
  const access = await provisionDatabase(server.adminUrl, {
    database,
    owner: { name: names.owner, password: randomBytes(12).toString('hex') },
    app: { name: names.app, password: randomBytes(12).toString('hex') },
  })
  await migrate({
    ownerUrl: access.ownerUrl,
    migrations: options.migrations,
    appRole: names.app,
    ...(options.access && { access: options.access }),
  })
  return {
    ...access,
    adminUrl: on(server.adminUrl, database),
    async close() {
      await dropDatabase(server.adminUrl, names)
      await server.leave()
    },
  }
}

function on(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}
