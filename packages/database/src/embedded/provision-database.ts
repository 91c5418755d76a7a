import pg from 'pg'
import { toAppError } from '../database-error.ts'

export interface Role {
  name: string
  password: string
}

export interface DatabaseRoles {
  database: string
  owner: Role
  app: Role
}

/**
 * Make a database that the owner role may change and the app role may only use; what exists stays.
 * UTF-8, ICU `en` order, UTC, nothing for PUBLIC. `adminUrl` is a superuser's.
 */
export async function provisionDatabase(
  adminUrl: string,
  { database, owner, app }: DatabaseRoles,
): Promise<{ ownerUrl: string; appUrl: string }> {
  await connected(adminUrl, async (client) => {
    // Two starts at once would both find a role missing.
    await client.query(`select pg_advisory_lock(hashtext('atoll.provision'))`)
    await ensureRole(client, owner)
    await ensureRole(client, app)
    await ensureDatabase(client, database, owner.name)
    const name = client.escapeIdentifier(database)
    await client.query(`alter database ${name} owner to ${client.escapeIdentifier(owner.name)}`)
    await client.query(`alter database ${name} set timezone to 'UTC'`)
    await client.query(`revoke all on database ${name} from public`)
    await client.query(`grant connect on database ${name} to ${client.escapeIdentifier(app.name)}`)
  })
  await connected(urlOf(adminUrl, database), async (client) => {
    await client.query(`alter schema public owner to ${client.escapeIdentifier(owner.name)}`)
    await client.query('revoke create on schema public from public')
  })
  return { ownerUrl: urlOf(adminUrl, database, owner), appUrl: urlOf(adminUrl, database, app) }
}

/** Remove a database and its roles, ending what is still connected. */
export async function dropDatabase(
  adminUrl: string,
  { database, owner, app }: { database: string; owner: string; app: string },
): Promise<void> {
  await connected(adminUrl, async (client) => {
    await client.query(`drop database if exists ${client.escapeIdentifier(database)} with (force)`)
    for (const role of [app, owner])
      await client.query(`drop role if exists ${client.escapeIdentifier(role)}`)
  })
}

async function ensureRole(client: pg.Client, { name, password }: Role): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name])
  const verb = rowCount === 0 ? 'create' : 'alter'
  await client.query(
    `${verb} role ${client.escapeIdentifier(name)} with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ${client.escapeLiteral(password)}`,
  )
}

async function ensureDatabase(client: pg.Client, database: string, owner: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
  if (rowCount !== 0) return
  const create = `create database ${client.escapeIdentifier(database)} owner ${client.escapeIdentifier(owner)}
    template template0 encoding 'UTF8'`
  // A server built without ICU keeps its own order.
  await client.query(`${create} locale_provider icu icu_locale 'en'`).catch((error: pg.DatabaseError) => {
    if (error.code !== '0A000') throw error
    return client.query(create)
  })
}

async function connected(url: string, run: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'atoll-provision' })
  client.on('error', () => {})
  try {
    await client.connect()
    await run(client)
  } catch (error) {
    throw toAppError(error)
  } finally {
    await client.end()
  }
}

function urlOf(adminUrl: string, database: string, role?: Role): string {
  const url = new URL(adminUrl)
  url.pathname = `/${database}`
  if (role) {
    url.username = encodeURIComponent(role.name)
    url.password = encodeURIComponent(role.password)
  }
  return url.href
}
