import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withOwner } from '@atoll/database'
import { provisionDatabase, startEmbeddedPostgres } from '@atoll/database/embedded'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { tally } from '../src/report.ts'
import { audienceOf, newSite, REGISTER } from '../src/site.ts'
import { expectOnce, printTraffic, startTraffic } from '../src/traffic.ts'

const NOTES = { name: 'notes', audience: audienceOf('notes'), register: REGISTER }
const TOOLS = { read: 'notes__look', write: 'notes__write' }
/** What a caller may be told while there is no database: to come back, or to look first. */
const TOLD = new Set(['ok', 'UNAVAILABLE', 'TIMEOUT', 'OUTCOME_UNKNOWN'])

test('PostgreSQL may stop and start: callers are told so, all goes on by itself, no note is written twice', async () => {
  const postgres = await ownPostgres()
  const { ownerUrl, appUrl } = await provisionDatabase(postgres.adminUrl(), ROLES)
  await withOwner(ownerUrl, async (owner) => {
    await sql`create table note (id text not null)`.execute(owner)
    await sql`grant select, insert on note to notes_app`.execute(owner)
  })
  const site = await newSite()
  const gateway = await site.gateway([NOTES])
  await site.server('notes', gateway, { DATABASE_URL: appUrl })
  const traffic = await startTraffic(site, () => gateway.mcp, TOOLS)
  await traffic.served()
  await postgres.stop()
  const answer = await fetch(`${gateway.origin}/ready`)
  expect(answer.status).toBe(200)
  await postgres.start()
  await traffic.served()
  const { reads, writes } = await traffic.stop()
  for (const outcomes of [reads, writes])
    for (const outcome of Object.keys(tally(outcomes))) expect(TOLD).toContain(outcome)
  const made = await withOwner(ownerUrl, async (owner) => {
    const { rows } = await sql<{ id: string }>`select id from note`.execute(owner)
    return rows.map(({ id }) => id)
  })
  expectOnce(made, writes)
  printTraffic('PostgreSQL was stopped', { reads, writes })
})

const ROLES = {
  database: 'atoll_notes',
  owner: { name: 'notes_owner', password: 'of-the-test-alone' },
  app: { name: 'notes_app', password: 'of-the-test-alone' },
}

/** A PostgreSQL that nobody else uses. */
async function ownPostgres() {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'atoll-faults-postgres-'))
  let server = await startEmbeddedPostgres({ dataDirectory, port: 0 })
  const { port } = server
  onTestFinished(async () => {
    await server.stop()
    await rm(dataDirectory, { recursive: true, force: true })
  })
  return {
    adminUrl: () => server.adminUrl,
    stop: () => server.stop(),
    async start() {
      server = await startEmbeddedPostgres({ dataDirectory, port })
    },
  }
}
