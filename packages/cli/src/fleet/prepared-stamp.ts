import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { App } from '../apps/app.ts'

/** What migrations and seed data come from; the same text means that there is nothing to do. */
export async function fingerprintOf(app: App): Promise<string> {
  const hash = createHash('sha256')
  const names = await readdir(app.directory, { recursive: true, withFileTypes: true })
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) => !/^\/(node_modules|dist|test|coverage|\.turbo)\//.test(file.slice(app.directory.length)),
    )
    .sort()
  for (const file of files) hash.update(`${file.slice(app.directory.length)}\0`).update(await readFile(file))
  return `atoll prepared ${hash.digest('hex')}`
}

/** The fingerprint of the last complete preparation. It lives in the database, so that it goes with the data. */
export async function readStamp(ownerUrl: string): Promise<string | undefined> {
  return withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<{ stamp: string | null }>(
      `select shobj_description(oid, 'pg_database') as stamp from pg_database where datname = current_database()`,
    )
    return rows[0]?.stamp ?? undefined
  })
}

export async function writeStamp(ownerUrl: string, stamp: string): Promise<void> {
  const database = decodeURIComponent(new URL(ownerUrl).pathname.slice(1))
  await withClient(ownerUrl, (client) =>
    client.query(
      `comment on database ${client.escapeIdentifier(database)} is ${client.escapeLiteral(stamp)}`,
    ),
  )
}

async function withClient<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'atoll' })
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}
