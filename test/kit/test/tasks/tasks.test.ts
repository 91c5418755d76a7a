import { ConflictError, ERROR_META_KEY, NotFoundError } from '@atoll/errors'
import { ProtocolError } from '@atoll/server-kit'
import { alice, bob, type CallOptions, mallory, type TestServer, testServer } from '@atoll/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Batch, baker, type Kitchen, kitchenServer, opening } from './kitchen.ts'

let server: TestServer
let kitchen: Kitchen

beforeEach(async () => {
  const opened: { kitchen?: Kitchen } = {}
  server = await testServer(kitchenServer, { connect: opening(opened) })
  kitchen = opened.kitchen as Kitchen
})
afterEach(() => server.close())

const follows: CallOptions = { as: baker, followsTasks: true }
const canFillIn = { elicitation: { form: {} } }

async function begin(tool: string, options = follows): Promise<string> {
  const begun = await server.request('tools/call', { name: tool, arguments: {} }, options)
  expect(begun).toMatchObject({ resultType: 'task' })
  return String(begun.taskId)
}

async function begun(): Promise<Batch> {
  await expect.poll(() => kitchen.oven.length).toBe(1)
  return kitchen.oven[0] as Batch
}

async function ended(taskId: string): Promise<Record<string, unknown>> {
  await expect.poll(async () => (await server.task(taskId, follows)).status).not.toBe('working')
  return server.task(taskId, follows)
}

describe('a client that follows tasks', () => {
  test('gets a task, and the checked result once it is done', async () => {
    const task = await server.request('tools/call', { name: 'bake', arguments: {} }, follows)
    expect(task).toMatchObject({
      resultType: 'task',
      taskId: expect.stringMatching(/^bake\.[\w-]+$/),
      status: 'working',
      createdAt: expect.any(String),
      lastUpdatedAt: expect.any(String),
      ttlMs: 3_600_000,
      pollIntervalMs: 20,
    })
    const taskId = String(task.taskId)
    const { work, resolve } = await begun()
    work.progress({ progress: 1, total: 2, message: 'In the oven' })
    expect(await server.task(taskId, follows)).toMatchObject({
      resultType: 'complete',
      status: 'working',
      statusMessage: 'In the oven',
    })
    // A field that the output schema does not name stays inside.
    resolve({ cakes: 3, recipe: 'secret' })
    const done = await ended(taskId)
    expect(done).toMatchObject({
      status: 'completed',
      result: { resultType: 'complete', structuredContent: { cakes: 3 } },
    })
    expect(JSON.stringify(done)).not.toContain('secret')
  })

  test('gets the answer at once where there is nothing to wait for', async () => {
    const result = await server.call('warm_up', {}, follows)
    expect(result).toMatchObject({ resultType: 'complete', structuredContent: { cakes: 1 } })
  })

  test('reads an error of the tool as its result, and one of the protocol as failure', async () => {
    const cases = [
      [new NotFoundError('recipe', 'x'), 'completed', { result: { isError: true } }],
      [new ProtocolError(-32603, 'Broken'), 'failed', { error: { code: -32603, message: 'Broken' } }],
    ] as const
    for (const [error, status, more] of cases) {
      kitchen.oven.length = 0
      const taskId = await begin('bake')
      ;(await begun()).reject(error)
      expect(await ended(taskId)).toMatchObject({ status, ...more })
    }
  })

  test('learns nothing of what went wrong inside', async () => {
    for (const spoil of [
      ({ reject }: Batch) => reject(new Error('postgres://app:hunter2@db')),
      ({ resolve }: Batch) => resolve({ cakes: 'hunter2' }),
    ]) {
      kitchen.oven.length = 0
      const taskId = await begin('bake')
      spoil(await begun())
      const { result } = (await ended(taskId)) as { result: { _meta: object } }
      expect(result._meta).toMatchObject({
        [ERROR_META_KEY]: { code: 'INTERNAL', requestId: expect.any(String) },
      })
      expect(JSON.stringify(result)).not.toContain('hunter2')
    }
  })

  test('cancels the work, as often as it likes', async () => {
    const taskId = await begin('bake')
    const { work } = await begun()
    for (let times = 0; times < 2; times += 1) {
      const acknowledged = await server.request('tasks/cancel', { taskId }, follows)
      expect(acknowledged).toEqual({ resultType: 'complete', _meta: expect.anything() })
    }
    expect(work.signal.aborted).toBe(true)
    expect(await ended(taskId)).toMatchObject({ status: 'cancelled' })
  })

  test('answers what a task asks', async () => {
    const options = { ...follows, capabilities: canFillIn }
    const taskId = await begin('decorate', options)
    const update = (inputResponses: unknown) =>
      server.request('tasks/update', { taskId, inputResponses }, options)
    await expect
      .poll(async () => (await server.task(taskId, options)).inputRequests)
      .toMatchObject({
        icing: { method: 'elicitation/create', params: { mode: 'form', message: 'How many layers?' } },
      })
    await update({ other: { action: 'accept' } })
    await expect(update({ icing: { action: 'accept', content: { layers: 'many' } } })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('layers'),
    })
    await expect(update('none')).rejects.toMatchObject({ code: -32602 })
    expect(await server.task(taskId, options)).toMatchObject({ status: 'input_required' })
    await update({ icing: { action: 'accept', content: { layers: 4 } } })
    expect(await ended(taskId)).toMatchObject({ result: { structuredContent: { cakes: 4 } } })
  })

  test('is not shown a question that it did not say it can answer', async () => {
    const taskId = await begin('decorate', { ...follows, capabilities: canFillIn })
    await expect
      .poll(() => server.task(taskId, follows).catch((error) => error))
      .toMatchObject({
        code: -32021,
        data: { requiredCapabilities: { elicitation: { form: {} } } },
      })
  })
})

describe('every other client', () => {
  test('waits for the end, with progress', async () => {
    const heard: unknown[] = []
    const onNotify = (_: string, params: object) => void heard.push(params)
    const answer = server.call('bake', {}, { as: baker, progressToken: 'p', onNotify })
    const { work, resolve } = await begun()
    for (const progress of [1, 2]) {
      work.progress({ progress, total: 2 })
      await expect.poll(() => heard.at(-1)).toEqual({ progressToken: 'p', progress, total: 2 })
    }
    resolve({ cakes: 2 })
    expect(await answer).toMatchObject({ structuredContent: { cakes: 2 } })
  })

  test('gets the id to ask again when the wait is over, and the work goes on', async () => {
    const { structuredContent } = await server.call('bake_in_haste', {}, { as: baker })
    expect(structuredContent).toEqual({ cakes: 0, task: expect.any(String) })
    const taskId = `bake_in_haste.${structuredContent.task}`
    ;(await begun()).resolve({ cakes: 5 })
    expect(await ended(taskId)).toMatchObject({ result: { structuredContent: { cakes: 5 } } })
  })

  test('is told why there will be no result', async () => {
    const failing = server.call('bake', {}, { as: baker })
    ;(await begun()).reject(new ConflictError('The oven is cold.'))
    expect(await failing).toMatchObject({ isError: true, content: [{ text: 'CONFLICT: The oven is cold.' }] })
    kitchen.oven.length = 0
    const cancelled = server.call('bake_in_haste', {}, { as: baker })
    await begun()
    await kitchen.tasks.close()
    expect(await cancelled).toMatchObject({
      isError: true,
      content: [{ text: 'CONFLICT: The server stops.' }],
    })
  })

  test('that asks something gets the id at once: the answer is for those who follow', async () => {
    const { structuredContent } = await server.call('decorate', {}, { as: baker, capabilities: canFillIn })
    expect(structuredContent).toEqual({ cakes: 0, task: expect.any(String) })
  })

  test.each([
    ['bake', false],
    ['bake_to_eat', true],
  ])('that hangs up while %s works ends the work: %s', async (tool, ends) => {
    const caller = new AbortController()
    const gone = new Error('gone')
    const call = server.call(tool, {}, { as: baker, signal: caller.signal })
    const { work } = await begun()
    caller.abort(gone)
    await expect(call).resolves.toMatchObject({ isError: true })
    await server.call('warm_up', {}, { as: baker })
    await expect.poll(() => work.signal.aborted).toBe(ends)
  })

  test('is refused where the tool works for nobody else', async () => {
    const as = alice('kitchen:bake', 'kitchen:eat')
    await expect(server.call('bake_secretly', {}, { as })).rejects.toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } },
    })
    expect(kitchen.oven).toEqual([])
  })
})

test('a task is unknown to a colleague, to another tenant, and under another tool of the same server', async () => {
  const taskId = await begin('bake')
  const scopes = ['kitchen:bake', 'kitchen:eat']
  const renamed = taskId.replace('bake.', 'warm_up.')
  const cases = [
    [taskId, bob(...scopes)],
    [taskId, mallory(...scopes)],
    [renamed, baker],
  ] as const
  for (const [id, as] of cases) {
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel'] as const) {
      const asked = server.request(method, { taskId: id, inputResponses: {} }, { as, followsTasks: true })
      await expect(asked).rejects.toMatchObject({ code: -32602 })
    }
  }
  expect(kitchen.oven[0]?.work.signal.aborted).toBe(false)
})

test('a task that its domain does not find is not handed out', async () => {
  const result = await server.call('lose', {}, follows)
  expect(result).toMatchObject({ isError: true, _meta: { [ERROR_META_KEY]: { code: 'INTERNAL' } } })
})

test('everything about a task is audited under the name of its tool', async () => {
  const taskId = await begin('bake')
  await server.task(taskId, follows)
  await server.request('tasks/cancel', { taskId }, follows)
  await expect(server.task('bake.none', follows)).rejects.toThrow()
  await expect(server.request('tasks/get', { taskId }, { as: baker })).rejects.toThrow()
  await expect(server.task(taskId, { as: alice() })).rejects.toThrow('kitchen:bake')
  expect(server.audit).toMatchObject([
    { kind: 'tool', name: 'bake', outcome: 'task' },
    { kind: 'task', name: 'tasks/get bake', outcome: 'ok' },
    { kind: 'task', name: 'tasks/cancel bake', outcome: 'ok' },
    { kind: 'task', name: 'tasks/get bake', outcome: 'error', errorCode: '-32602' },
    { kind: 'task', name: 'tasks/get', decision: 'refused', rule: 'capability', errorCode: '-32021' },
    { kind: 'task', name: 'tasks/get bake', decision: 'refused', rule: 'scope' },
  ])
})
