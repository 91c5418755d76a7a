import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyAudit } from '@atoll/audit'
import { expect, onTestFinished, test } from 'vitest'
import { startFleet } from './fixture/fleet.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-audit-'))
  onTestFinished(() => {
    for (const each of [folder, `${folder}.away`]) rmSync(each, { recursive: true, force: true })
  })
  return folder
}

/** What the files hold at this moment. */
function recordsIn(folder: string): Record<string, unknown>[] {
  return readdirSync(folder)
    .filter((file) => /\.\d{12}\.jsonl$/.test(file))
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
}

test('every call and refusal is in the file when its answer arrives: who, what, why and how much, never values', async () => {
  const folder = newFolder()
  const { post, mcp, origin, telemetry } = await startFleet({ env: { AUDIT_DIR: folder } })
  const last = () => recordsIn(folder).findLast(({ event }) => event === 'call')
  const secret = { text: 'hunter2', region: 'EU' }
  const found = await post(
    'tools/call',
    { name: 'hr__search_employees', arguments: secret },
    { headers: { 'mcp-param-region': 'EU' } },
  )
  expect(last()).toMatchObject({
    subject: 'alice',
    tenant: 'acme',
    issuer: `${origin}/development`,
    clientId: expect.any(String),
    server: 'hr',
    kind: 'tool',
    name: 'hr__search_employees',
    decision: 'allowed',
    outcome: 'ok',
    effect: 'read',
    requestBytes: expect.any(Number),
    resultBytes: Buffer.byteLength(await found.text()),
    durationMs: expect.any(Number),
    requestId: found.headers.get('x-request-id'),
  })
  await post('tools/call', { name: 'hr__promote', arguments: { id: 17 } }, { as: { scopes: ['hr:read'] } })
  expect(last()).toMatchObject({ name: 'hr__promote', decision: 'refused', rule: 'scope', effect: 'write' })
  await post('tools/call', { name: 'hr__made_up', arguments: {} })
  expect(last()).toMatchObject({ name: 'hr__made_up', decision: 'refused', rule: 'unknown' })
  await fetch(mcp, { method: 'POST', body: '{}', headers: { authorization: 'Bearer nobody' } })
  expect(last()).toMatchObject({ kind: 'request', decision: 'refused', rule: 'token' })
  await fetch(mcp, { method: 'POST', body: '{}', headers: { origin: 'https://evil.example' } })
  expect(last()).toMatchObject({ kind: 'request', decision: 'refused', rule: 'origin' })
  expect(JSON.stringify(recordsIn(folder))).not.toContain('hunter2')
  expect(await telemetry.metrics()).toMatch(/atoll_audit_records \d+/)
})

test('clients of both eras, and those who hold a session, have their calls recorded with the size of what they got', async () => {
  const folder = newFolder()
  const { connect } = await startFleet({ env: { AUDIT_DIR: folder, MCP_SESSIONS: 'true' } })
  for (const era of ['modern', 'legacy'] as const) {
    const client = await connect({ era })
    await client.callTool({ name: 'hr__who_am_i', arguments: {} })
    expect(recordsIn(folder).filter(({ name }) => name === 'hr__who_am_i')).toHaveLength(
      era === 'modern' ? 1 : 2,
    )
  }
  for (const record of recordsIn(folder).filter(({ event }) => event === 'call'))
    expect(record).toMatchObject({ resultBytes: expect.any(Number), requestBytes: expect.any(Number) })
})

test('the chain is signed with the key of the gateway, and found good with what it publishes', async () => {
  const folder = newFolder()
  const { post, origin } = await startFleet({ env: { AUDIT_DIR: folder } })
  await post('tools/call', { name: 'hr__who_am_i', arguments: {} })
  const { keys } = (await (await fetch(`${origin}/.well-known/jwks.json`)).json()) as { keys: object[] }
  expect(await verifyAudit({ path: folder, keys })).toMatchObject([
    { problems: [], signedThrough: 2, isVouched: true },
  ])
})

test('what was recorded can be searched and watched in the process', async () => {
  const { post, audit } = await startFleet({ env: { AUDIT_DIR: newFolder() } })
  const heard: unknown[] = []
  const stop = audit.recent.subscribe((event) => heard.push(event.name))
  for (const subject of ['alice', 'bob', 'bob'])
    await post('tools/call', { name: 'hr__who_am_i', arguments: {} }, { as: { subject } })
  stop()
  expect(heard).toEqual(Array(3).fill('hr__who_am_i'))
  const page = await audit.searchAudit({ subject: 'bob', tool: 'hr__who_am_i', limit: 1 })
  expect(page.entries).toMatchObject([{ subject: 'bob', outcome: 'ok' }])
  const { entries } = await audit.searchAudit({ subject: 'bob', cursor: page.cursor })
  expect(entries).toHaveLength(1)
})

test('without a folder the last events can be searched too', async () => {
  const { post, audit } = await startFleet()
  for (const subject of ['alice', 'bob'])
    await post('tools/call', { name: 'hr__who_am_i', arguments: {} }, { as: { subject } })
  expect((await audit.searchAudit({ subject: 'bob' })).entries).toMatchObject([{ subject: 'bob' }])
})

const failed = (body: unknown) =>
  (body as { result: { _meta: Record<string, { code: string }> } }).result._meta['dev.atoll/error']

test('nothing is called while nothing can be recorded, which /ready says; then it goes on by itself', async () => {
  const folder = newFolder()
  const { post, origin, desk } = await startFleet({ env: { AUDIT_DIR: folder, AUDIT_SEGMENT_SIZE: '1kb' } })
  const ready = async () => (await fetch(`${origin}/ready`)).json()
  expect(await ready()).toMatchObject({ status: 'ready', dependencies: { audit: { status: 'up' } } })
  await post('tools/call', { name: 'hr__who_am_i', arguments: {} })
  // The first segment is full, and the folder gone when the next one is to be made.
  renameSync(folder, `${folder}.away`)
  const promote = async () =>
    (await post('tools/call', { name: 'hr__promote', arguments: { name: 'Ada', confirm: true } })).json()
  expect(failed(await promote())).toMatchObject({ code: 'UNRECORDED', retryable: false })
  const carriedOut = desk.log.length
  expect(failed(await promote())).toMatchObject({ code: 'UNRECORDED', retryable: true, retryAfter: 5 })
  expect(desk.log).toHaveLength(carriedOut)
  await expect
    .poll(ready, { timeout: 5000 })
    .toMatchObject({ status: 'broken', dependencies: { audit: { status: 'down' } } })
  renameSync(`${folder}.away`, folder)
  await expect.poll(ready, { timeout: 10_000 }).toMatchObject({ status: 'ready' })
  expect(await promote()).not.toHaveProperty('result.isError')
  const outcomes = recordsIn(folder).flatMap(({ event, rule, outcome }) =>
    event === 'call' ? [rule ?? outcome] : [],
  )
  expect(outcomes).toEqual(['ok', 'ok', 'audit', 'ok'])
})
