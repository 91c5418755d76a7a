import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { dropDatabase, provisionDatabase } from '../../src/embedded/index.ts'
import {
  createDatabase,
  type Database,
  type DatabaseOptions,
  type Migrations,
  migrate,
} from '../../src/index.ts'

export interface ScratchDatabase {
  adminUrl: string
  ownerUrl: string
  appUrl: string
  appRole: string
  ownerRole: string
  drop(): Promise<void>
}

export async function scratchDatabase(migrations: Migrations = {}): Promise<ScratchDatabase> {
  const server = inject('adminUrl')
  const database = `database_test_${randomBytes(4).toString('hex')}`
  const names = { database, owner: `${database}_owner`, app: `${database}_app` }
  const urls = await provisionDatabase(server, {
    database,
    owner: { name: names.owner, password: 'owner secret' },
    app: { name: names.app, password: 'app secret' },
  })
  await migrate({ ownerUrl: urls.ownerUrl, migrations, appRole: names.app })
  const adminUrl = new URL(server)
  adminUrl.pathname = `/${database}`
  return {
    ...urls,
    adminUrl: adminUrl.href,
    appRole: names.app,
    ownerRole: names.owner,
    drop: () => dropDatabase(server, names),
  }
}

/** A pool that closes with the test. */
export function openDatabase<Schema>(url: string, options: Partial<DatabaseOptions> = {}): Database<Schema> {
  const database = createDatabase<Schema>({ url, applicationName: 'atoll-test', ...options })
  onTestFinished(() => database.close())
  return database
}

/** A plain connection that closes with the test. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end())
  return client
}
