import { ERROR_META_KEY } from '@atoll/errors'
import { alice, bob, mallory, type TestServer, testServer } from '@atoll/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Machine, machineServer, newMachine } from '../fixture.ts'

const USE = 'machine:use'
let machine: Machine
let server: TestServer

beforeEach(async () => {
  machine = newMachine()
  server = await testServer(machineServer, { deps: machine })
})
afterEach(async () => {
  machine.gate.resolve('late')
  await server.close()
})

test('answers a repeated read from the cache, to the same caller only', async () => {
  const count = (as = alice(USE), args = {}) => server.call('count', args, { as })
  expect((await count()).structuredContent).toEqual({ calls: 1 })
  expect((await count()).structuredContent).toEqual({ calls: 1 })
  expect((await count(bob(USE))).structuredContent).toEqual({ calls: 2 })
  expect((await count(mallory(USE))).structuredContent).toEqual({ calls: 3 })
  expect((await count(alice(USE), { word: 'other' })).structuredContent).toEqual({ calls: 4 })
})

test('drops cached reads after a write that succeeded, and only then', async () => {
  const as = alice(USE)
  await server.call('count', {}, { as })
  const failed = await server.call('recount', { fail: true }, { as })
  expect(failed.isError).toBe(true)
  expect((await server.call('count', {}, { as })).structuredContent).toEqual({ calls: 1 })
  await server.call('recount', {}, { as })
  expect((await server.call('count', {}, { as })).structuredContent).toEqual({ calls: 2 })
})

test('runs simultaneous equal reads once', async () => {
  const as = alice(USE)
  const results = await Promise.all([1, 2, 3].map(() => server.call('count', {}, { as })))
  expect(results.map((result) => result.structuredContent)).toEqual([
    { calls: 1 },
    { calls: 1 },
    { calls: 1 },
  ])
})

test('ends a call at its deadline and aborts its work', async () => {
  const result = await server.call('wait', {}, { as: alice(USE) })
  expect(result._meta?.[ERROR_META_KEY]).toMatchObject({ code: 'TIMEOUT', retryable: true })
  expect(machine.signals[0]?.aborted).toBe(true)
  expect(server.audit.at(-1)).toMatchObject({ name: 'wait', outcome: 'timeout' })
})

test('ends a call when its caller has no more time, and aborts its work', async () => {
  const result = await server.call('wait', {}, { as: alice(USE), timeLeftMs: 20 })
  expect(result._meta?.[ERROR_META_KEY]).toMatchObject({ code: 'TIMEOUT' })
  expect(result.content[0]?.text).toContain('wait took longer than the 20 ms that the caller had left.')
  expect(machine.signals[0]?.aborted).toBe(true)
  expect(server.audit.at(-1)).toMatchObject({ name: 'wait', outcome: 'timeout' })
})

test.each([{}, { timeLeftMs: 20 }])(
  'lets nobody repeat a write that came to no end in time, told %j',
  async (time) => {
    const result = await server.call('recount', { hold: true }, { as: alice(USE), ...time })
    expect(result._meta?.[ERROR_META_KEY]).toMatchObject({ code: 'TIMEOUT', retryable: false })
    expect(result.content[0]?.text).toContain('It may have taken effect: look before you repeat it.')
  },
)

test('gives nobody more time than the tool has, whatever they say', async () => {
  for (const timeLeftMs of [60_000, -5, Number.NaN]) {
    const result = await server.call('wait', {}, { as: alice(USE), timeLeftMs })
    expect(result.content[0]?.text).toContain('wait took longer than 150ms.')
  }
})

test('goes on with a run that is shared when one of those who wait has no more time', async () => {
  const as = alice(USE)
  const hurried = server.call('share', {}, { as, timeLeftMs: 20 })
  const patient = server.call('share', {}, { as })
  expect((await hurried)._meta?.[ERROR_META_KEY]).toMatchObject({ code: 'TIMEOUT' })
  expect(machine.signals.map(({ aborted }) => aborted)).toEqual([false])
  machine.gate.resolve('done')
  expect((await patient).structuredContent).toEqual({ word: 'done' })
})

test('aborts the work of a caller who went away, and says so in the audit', async () => {
  const controller = new AbortController()
  const call = server.call('wait', {}, { as: alice(USE), signal: controller.signal })
  await expect.poll(() => machine.signals.length).toBe(1)
  controller.abort(new Error('hung up'))
  await call.catch(() => {})
  expect(machine.signals[0]?.aborted).toBe(true)
  expect(server.audit.at(-1)).toMatchObject({ name: 'wait', decision: 'allowed' })
})

test('limits each caller apart from the others and says when to try again', async () => {
  const call = (as = alice(USE)) => server.call('rare', {}, { as })
  expect([(await call()).isError, (await call()).isError]).toEqual([undefined, undefined])
  const refused = await call()
  expect(refused._meta?.[ERROR_META_KEY]).toMatchObject({ code: 'LIMITED', retryAfter: expect.any(Number) })
  expect(refused.content[0]?.text).toContain('Try again in')
  expect(server.audit.at(-1)).toMatchObject({ decision: 'refused', rule: 'rate' })
  expect((await call(bob(USE))).isError).toBeUndefined()
})

test('never sends what the output schema does not name', async () => {
  const more = await server.call('wrong', { extra: true }, { as: alice(USE) })
  expect(more.structuredContent).toEqual({ word: 'ok' })
  expect(JSON.stringify(more)).not.toContain('inside')
  const wrong = await server.call('wrong', { extra: false }, { as: alice(USE) })
  expect(wrong._meta?.[ERROR_META_KEY]).toMatchObject({ code: 'INTERNAL' })
})

test('reports progress that only ever grows, and only to a client that asked', async () => {
  const sent: unknown[] = []
  const onNotify = (method: string, params: object) => sent.push([method, params])
  await server.call('steps', {}, { as: alice(USE), onNotify, progressToken: 'p' })
  expect(sent).toEqual([
    ['notifications/progress', { progressToken: 'p', progress: 1, total: 3 }],
    ['notifications/progress', { progressToken: 'p', progress: 3, total: 3 }],
  ])
  sent.length = 0
  await server.call('steps', {}, { as: alice(USE), onNotify })
  expect(sent).toEqual([])
})

test('reads, lists and completes resources and prompts', async () => {
  const as = alice(USE)
  const read = await server.request('resources/read', { uri: 'machine://parts/a%2Fb' }, { as })
  expect(read).toMatchObject({ contents: [{ text: '{"id":"a/b"}' }], cacheScope: 'private', ttlMs: 0 })
  const first = await server.request('resources/list', {}, { as })
  const _meta = { 'dev.atoll/resource': { scopes: [USE], data: 'internal' } }
  expect(first).toMatchObject({ resources: [{ name: 'a', _meta }], cacheScope: 'private' })
  const second = await server.request('resources/list', { cursor: first.nextCursor }, { as })
  expect(second).toMatchObject({ resources: [{ name: 'b' }] })
  expect(second.nextCursor).toBeUndefined()
  expect(await server.request('resources/list', {}, { as: alice() })).toMatchObject({ resources: [] })
  const completion = {
    ref: { type: 'ref/resource', uri: 'machine://parts/{id}' },
    argument: { name: 'id', value: 'al' },
  }
  expect(await server.request('completion/complete', completion, { as })).toMatchObject({
    completion: { values: ['alpha'], hasMore: false },
  })
  const prompt = await server.request('prompts/get', { name: 'manual', arguments: { topic: 'x' } }, { as })
  expect(prompt).toMatchObject({ messages: [{ content: { text: 'Explain x' } }] })
})

test('refuses unknown names and foreign cursors with -32602', async () => {
  const as = alice(USE)
  for (const [method, params] of [
    ['tools/call', { name: 'nope' }],
    ['prompts/get', { name: 'nope' }],
    ['resources/read', { uri: 'machine://nothing' }],
    ['tools/list', { cursor: 'bm9wZQ' }],
    ['tools/list', { cursor: '' }],
    ['resources/list', { cursor: 'bm9wZQ' }],
    ['tools/list', { cursor: 7 }],
  ] as const) {
    await expect(server.request(method, params, { as }), method).rejects.toMatchObject({ code: -32602 })
  }
})
