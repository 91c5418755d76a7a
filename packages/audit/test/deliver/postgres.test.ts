import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provisionDatabase, startEmbeddedPostgres } from '@atoll/database/embedded'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { databaseSearch, migrateAudit } from '../../src/index.ts'
import { event, linesIn, newFolder, segmentsIn } from '../support/log.ts'
import { startAudit } from '../support/open.ts'

/** A server of our own, because one of the tests takes it away. */
let directory = ''
let server: Awaited<ReturnType<typeof startEmbeddedPostgres>>
const start = () =>
  startEmbeddedPostgres({ dataDirectory: directory, port: server?.port ?? 0, durable: false })
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'audit-postgres-'))
  // Root's server runs as somebody else, who must get in.
  chmodSync(directory, 0o755)
  server = await start()
})
afterAll(async () => {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
})

async function newDatabase() {
  const database = `audit_${randomBytes(4).toString('hex')}`
  const role = (name: string) => ({ name: `${database}_${name}`, password: randomBytes(12).toString('hex') })
  const { ownerUrl, appUrl } = await provisionDatabase(server.adminUrl, {
    database,
    owner: role('owner'),
    app: role('app'),
  })
  const reader = role('reader')
  await asAdmin(`create role ${reader.name} login password '${reader.password}'`)
  await asAdmin(`grant connect on database ${database} to ${reader.name}`)
  const readerUrl = new URL(appUrl)
  readerUrl.username = reader.name
  readerUrl.password = reader.password
  await migrateAudit({ ownerUrl, writerRole: `${database}_app`, readerRole: reader.name })
  return { ownerUrl, writerUrl: appUrl, readerUrl: readerUrl.href, database }
}

async function asAdmin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.adminUrl })
  await client.connect()
  await client.query(sql)
  await client.end()
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const countAt = async (url: string) => {
  const [row] = await query(url, `select count(*)::int as count from atoll_audit.record where event = 'call'`)
  return row?.count
}

describe('records in PostgreSQL', () => {
  it('are those of the files, byte for byte and in order', async () => {
    const { writerUrl, readerUrl } = await newDatabase()
    const folder = newFolder()
    const audit = await startAudit({
      AUDIT_DIR: folder,
      AUDIT_DATABASE_URL: writerUrl,
      AUDIT_SEGMENT_SIZE: '4kb',
    })
    for (let index = 0; index < 50; index += 1) audit.record(event(index, { name: `naïve \u0000 ${index}` }))
    await expect.poll(() => countAt(readerUrl), { timeout: 10_000 }).toBe(50)
    await audit.close()
    const rows = await query(
      readerUrl,
      'select line, subject, tenant, outcome from atoll_audit.record order by seq',
    )
    expect(rows.map(({ line }) => line)).toEqual(segmentsIn(folder).flatMap(linesIn))
    expect(rows.at(-2)).toMatchObject({ subject: 'alice', tenant: 'acme', outcome: 'ok' })
  })

  it('arrive exactly once, later, when the database was away', async () => {
    const { writerUrl, readerUrl } = await newDatabase()
    const folder = newFolder()
    const env = { AUDIT_DIR: folder, AUDIT_DATABASE_URL: writerUrl, AUDIT_WRITER: 'one' }
    const audit = await startAudit(env)
    audit.record(event(0))
    await expect.poll(() => countAt(readerUrl), { timeout: 10_000 }).toBe(1)
    await server.stop()
    for (let index = 1; index < 1200; index += 1) audit.record(event(index))
    await audit.committed?.(undefined)
    // A process ends while the database is away, and the next one goes on.
    await audit.close()
    const next = await startAudit(env)
    next.record(event(1200))
    server = await start()
    await expect.poll(() => countAt(readerUrl).catch(() => 0), { timeout: 40_000 }).toBe(1201)
    const [gaps] = await query(
      readerUrl,
      'select max(seq) - min(seq) + 1 - count(*) as gaps from atoll_audit.record',
    )
    expect(Number(gaps?.gaps)).toBe(0)
  }, 90_000)

  it('are delivered for a process that is gone and has no successor', async () => {
    const { writerUrl, readerUrl } = await newDatabase()
    const folder = newFolder()
    const gone = await startAudit({ AUDIT_DIR: folder, AUDIT_WRITER: 'gone' })
    gone.record(event(1))
    await gone.close()
    await startAudit({ AUDIT_DIR: folder, AUDIT_WRITER: 'other', AUDIT_DATABASE_URL: writerUrl })
    await expect.poll(() => countAt(readerUrl), { timeout: 10_000 }).toBe(1)
  })

  it('cannot be read, changed or removed by the role that writes them, nor changed by their owner', async () => {
    const { ownerUrl, writerUrl, readerUrl } = await newDatabase()
    const audit = await startAudit({ AUDIT_DIR: newFolder(), AUDIT_DATABASE_URL: writerUrl })
    audit.record(event(1))
    await expect.poll(() => countAt(readerUrl), { timeout: 10_000 }).toBe(1)
    for (const sql of [
      'select * from atoll_audit.record',
      `update atoll_audit.record set subject = 'mallory'`,
      'delete from atoll_audit.record',
      'truncate atoll_audit.record',
      'drop table atoll_audit.record',
    ])
      await expect(query(writerUrl, sql), sql).rejects.toThrow(/permission denied|must be owner/)
    for (const sql of [
      `update atoll_audit.record set subject = 'mallory'`,
      'delete from atoll_audit.record',
      'truncate atoll_audit.record',
    ])
      await expect(query(ownerUrl, sql), sql).rejects.toThrow('never changed or removed')
    await expect(query(readerUrl, 'delete from atoll_audit.record')).rejects.toThrow('permission denied')
    expect(await countAt(readerUrl)).toBe(1)
  })

  it('are found by person, tool and time, newest first, page by page', async () => {
    const { writerUrl, readerUrl } = await newDatabase()
    const audit = await startAudit({ AUDIT_DIR: newFolder(), AUDIT_DATABASE_URL: writerUrl })
    const begin = Date.now()
    for (let index = 0; index < 30; index += 1)
      audit.record(event(index, { time: begin + index * 1000, subject: index % 3 === 0 ? 'bob' : 'alice' }))
    await expect.poll(() => countAt(readerUrl), { timeout: 10_000 }).toBe(30)
    const database = databaseSearch(readerUrl)
    onTestFinished(() => database.close())
    const first = await database.search({
      subject: 'bob',
      since: begin + 9000,
      until: begin + 28_000,
      limit: 4,
    })
    expect(first.entries.map(({ requestId }) => requestId)).toEqual(['req_27', 'req_24', 'req_21', 'req_18'])
    const rest = await database.search({
      subject: 'bob',
      since: begin + 9000,
      limit: 9,
      cursor: first.cursor,
    })
    expect(rest.entries.map(({ requestId }) => requestId)).toEqual(['req_15', 'req_12', 'req_9'])
    expect(rest.cursor).toBeUndefined()
    expect((await database.search({ tool: 'nothing' })).entries).toEqual([])
    expect((await database.search({ subject: 'bob', issuer: 'https://other.test' })).entries).toEqual([])
    expect((await database.search({ subject: 'bob', issuer: 'https://issuer.test' })).entries).toHaveLength(
      10,
    )
  })

  it('are refused a home under a role that could change them', async () => {
    const { ownerUrl } = await newDatabase()
    const role = decodeURIComponent(new URL(ownerUrl).username)
    await expect(migrateAudit({ ownerUrl, writerRole: role })).rejects.toThrow('could change the audit')
    await expect(migrateAudit({ ownerUrl, writerRole: 'nobody_at_all' })).rejects.toThrow('does not exist')
  })
})
