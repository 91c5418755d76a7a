import { fileURLToPath } from 'node:url'
import { dropDatabase, findEmbeddedPostgres, startEmbeddedPostgres } from '@atoll/database/embedded'
import pg from 'pg'

const DIRECTORY = fileURLToPath(new URL('../../../.atoll/test-postgres', import.meta.url))
const IN_USE = 1096

export interface TestPostgres {
  readonly adminUrl: string
  leave(): Promise<void>
}

/**
 * The server all tests share. Whoever uses the embedded one holds a shared advisory lock on it, so that
 * `stopTestPostgres` of one run leaves alone what another run still uses.
 */
export async function joinTestPostgres(): Promise<TestPostgres> {
  const external = process.env.TEST_DATABASE_URL
  if (external) return { adminUrl: external, leave: async () => {} }
  for (let attempt = 1; ; attempt += 1) {
    const { adminUrl } = await startEmbeddedPostgres({ dataDirectory: DIRECTORY, port: 0, durable: false })
    try {
      const lock = await connect(adminUrl)
      await lock.query('select pg_advisory_lock_shared($1)', [IN_USE])
      return { adminUrl, leave: () => lock.end() }
    } catch (error) {
      // The run before this one may just have been stopping it.
      if (attempt === 5) throw error
    }
  }
}

/** Stop the embedded server unless another run uses it. For the end of a run. */
export async function stopTestPostgres(): Promise<void> {
  const server = await findEmbeddedPostgres(DIRECTORY)
  if (!server) return
  const lock = await connect(server.adminUrl)
  const { rows } = await lock.query('select pg_try_advisory_lock($1) as free', [IN_USE])
  if (rows[0]?.free === true) {
    await dropLeftovers(lock, server.adminUrl)
    await server.stop()
  }
  await lock.end()
}

/** Of runs that were killed: nobody uses the server now. */
async function dropLeftovers(client: pg.Client, adminUrl: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where datname like 'test\\_%'`,
  )
  for (const { name } of rows) {
    await dropDatabase(adminUrl, { database: name, owner: `${name}_owner`, app: `${name}_app` })
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: 'atoll-test-lock' })
  client.on('error', () => {})
  await client.connect()
  return client
}
