import { awaitTask, bearer, Client, callTool } from '@atoll/client'
import { type HttpFixture, httpFixture, modernRequest } from '@atoll/testing'
import { Client as SdkClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { events } from '../edge/events.ts'
import { type Batch, type Kitchen, kitchenServer, opening } from './kitchen.ts'

const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
const who = { subject: 'alice', tenant: 'acme', scopes: ['kitchen:bake'] }
let http: HttpFixture
let kitchen: Kitchen
let token: string

beforeEach(async () => {
  const opened: { kitchen?: Kitchen } = {}
  http = await httpFixture(kitchenServer, opening(opened))
  kitchen = opened.kitchen as Kitchen
  token = await http.token(who)
})
afterEach(async () => {
  await kitchen.tasks.close()
  await http.close()
})

async function begun(): Promise<Batch> {
  await expect.poll(() => kitchen.oven.length).toBe(1)
  return kitchen.oven[0] as Batch
}

function client(): Client {
  const made = new Client({ url: http.mcp, credentials: bearer(token) })
  onTestFinished(() => made.close())
  return made
}

interface Asking {
  capabilities?: object
  headers?: Record<string, string>
  as?: string
}

function post(method: string, params: Record<string, unknown>, options: Asking = {}): Promise<Response> {
  const { capabilities = TASKS, headers: more, as = token } = options
  const { body, headers } = modernRequest(method, params, as)
  Object.assign(body.params._meta as object, { 'io.modelcontextprotocol/clientCapabilities': capabilities })
  return http.post(body, { ...headers, ...more })
}

async function ask(...args: Parameters<typeof post>): Promise<{ status: number; [key: string]: unknown }> {
  const response = await post(...args)
  return { status: response.status, ...((await response.json()) as object) }
}

async function begin(tool: string): Promise<string> {
  const { result } = await ask('tools/call', { name: tool, arguments: {} })
  return (result as { taskId: string }).taskId
}

describe('the wire', () => {
  test('says that tasks can be followed, where a tool makes some', async () => {
    const { result } = await ask('server/discover', {})
    expect(result).toMatchObject({ capabilities: TASKS })
  })

  test.each(['tasks/get', 'tasks/update', 'tasks/cancel'])(
    'refuses %s as the specification words it',
    async (method) => {
      const taskId = await begin('bake')
      const params = { taskId, inputResponses: {} }
      const cases = [
        [params, { capabilities: {} }, 400, -32021],
        [params, { headers: { 'mcp-name': 'bake.other' } }, 400, -32020],
        [{ ...params, taskId: 'bake.other' }, {}, 200, -32602],
        [{ ...params, taskId: 'elsewhere' }, {}, 200, -32602],
      ] as const
      for (const [sent, options, status, code] of cases) {
        expect(await ask(method, sent, options)).toMatchObject({ status, error: { code } })
      }
      const poor = await http.token({ ...who, scopes: [] })
      const refused = await post(method, params, { as: poor })
      expect(refused.status).toBe(403)
      expect(refused.headers.get('www-authenticate')).toContain('scope="kitchen:bake"')
      expect(await ask(method, params)).toMatchObject({ status: 200, result: { resultType: 'complete' } })
    },
  )

  test('has nothing of tasks for clients of 2025', async () => {
    const headers = { ...modernRequest('x', {}, token).headers, 'mcp-protocol-version': '2025-11-25' }
    const taskId = await begin('bake')
    const message = { jsonrpc: '2.0', id: 1, method: 'tasks/get', params: { taskId } }
    const stream = events(await http.post(message, headers))
    expect((await stream.next()).value).toMatchObject({ error: { code: -32601 } })
    const call = { ...message, method: 'tools/call', params: { name: 'bake_secretly', arguments: {} } }
    const both = await http.token({ ...who, scopes: ['kitchen:bake', 'kitchen:eat'] })
    const answer = await http.post(call, { ...headers, authorization: `Bearer ${both}` })
    expect(await answer.json()).toMatchObject({
      result: { isError: true, content: [{ text: expect.stringContaining('follow tasks') }] },
    })
  })
})

describe('a subscriber', () => {
  test('is told how far its own task is, and of nobody else', async () => {
    const taskId = await begin('bake')
    const { work, resolve } = await begun()
    const bobs = await http.token({ ...who, subject: 'bob' })
    const others = (
      (await ask('tools/call', { name: 'bake', arguments: {} }, { as: bobs })).result as { taskId: string }
    ).taskId
    const params = { notifications: { taskIds: [taskId, others, 'bake.none'] } }
    const stream = events(await post('subscriptions/listen', params))
    const next = async () =>
      (await stream.next()).value as { method: string; params: Record<string, unknown> }
    expect(await next()).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { taskIds: [taskId] } },
    })
    const subscriptionId = { 'io.modelcontextprotocol/subscriptionId': 1 }
    const told = { method: 'notifications/tasks', params: { taskId, _meta: subscriptionId } }
    expect(await next()).toMatchObject({ ...told, params: { ...told.params, status: 'working' } })
    kitchen.oven[1]?.resolve({ cakes: 1 })
    work.progress({ progress: 1, message: 'Rising' })
    expect(await next()).toMatchObject({ params: { taskId, status: 'working', statusMessage: 'Rising' } })
    resolve({ cakes: 7 })
    expect(await next()).toMatchObject({
      params: { taskId, status: 'completed', result: { structuredContent: { cakes: 7 } } },
    })
    await stream.return(undefined)
  })

  test('must have said that it follows tasks', async () => {
    const params = { notifications: { taskIds: ['bake.1'] } }
    const refused = await ask('subscriptions/listen', params, { capabilities: {} })
    expect(refused).toMatchObject({ status: 400, error: { code: -32021 } })
    const tooMany = { notifications: { taskIds: Array.from({ length: 101 }, (_, n) => `bake.${n}`) } }
    expect(await ask('subscriptions/listen', tooMany)).toMatchObject({ error: { code: -32602 } })
  })
})

describe('our client', () => {
  test('follows a task to its end', async () => {
    const seen: unknown[] = []
    const onTask = ({ status }: { status?: unknown }) => void seen.push(status)
    const result = callTool(client(), 'bake', {}, { onTask })
    const { resolve } = await begun()
    await expect.poll(() => seen.length).toBeGreaterThan(1)
    resolve({ cakes: 9 })
    expect(await result).toMatchObject({ structuredContent: { cakes: 9 } })
    expect(seen.at(-1)).toBe('completed')
  })

  test('answers what a task asks, or says that nobody can', async () => {
    const capabilities = { elicitation: { form: {} } }
    const asked: unknown[] = []
    const answer = (request: unknown) => {
      asked.push(request)
      return { action: 'accept', content: { layers: 2 } }
    }
    const result = await callTool(client(), 'decorate', {}, { capabilities, answer })
    expect(result).toMatchObject({ structuredContent: { cakes: 2 } })
    expect(asked).toMatchObject([{ method: 'elicitation/create' }])
    await expect(callTool(client(), 'decorate', {}, { capabilities })).rejects.toThrow(
      'nobody here can answer',
    )
  })

  test('throws what a task failed with', async () => {
    const failing = callTool(client(), 'bake', {})
    const { work } = await begun()
    await kitchen.tasks.close()
    await expect(failing).rejects.toMatchObject({ code: 'CONFLICT', message: 'The server stops.' })
    expect(work.signal.aborted).toBe(true)
    await expect(awaitTask(client(), 'bake.none')).rejects.toMatchObject({ code: -32602 })
  })

  test.each([
    [false, 'working'],
    [true, 'cancelled'],
  ])('that stops waiting and cancels: %s', async (cancelsTask, status) => {
    const stop = new AbortController()
    const tasks = new Set<string>()
    const onTask = ({ taskId }: { taskId?: unknown }) => void tasks.add(String(taskId))
    const waiting = callTool(client(), 'bake', {}, { cancelsTask, onTask, signal: stop.signal })
    await expect.poll(() => tasks.size).toBe(1)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    const [taskId] = tasks
    expect(await ask('tasks/get', { taskId })).toMatchObject({ result: { status } })
  })

  test('gives up when its own time is over', async () => {
    const late = callTool(client(), 'bake', {}, { wait: 100, cancelsTask: true })
    const { work } = await begun()
    await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(work.signal.aborted).toBe(true)
  })
})

test.each(['auto', 'legacy'] as const)('the official client (%s) waits, with progress', async (mode) => {
  const sdk = new SdkClient({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  const headers = { authorization: `Bearer ${token}` }
  await sdk.connect(new StreamableHTTPClientTransport(new URL(http.mcp), { requestInit: { headers } }))
  onTestFinished(() => sdk.close())
  const seen: number[] = []
  const onprogress = ({ progress }: { progress: number }) => void seen.push(progress)
  const answer = sdk.callTool({ name: 'bake', arguments: {} }, { onprogress })
  const { work, resolve } = await begun()
  work.progress({ progress: 1 })
  await expect.poll(() => seen).toEqual([1])
  resolve({ cakes: 3 })
  expect(await answer).toMatchObject({ structuredContent: { cakes: 3 } })
})

test('a caller who hangs up leaves the work going', async () => {
  const gone = new AbortController()
  const { body, headers } = modernRequest('tools/call', { name: 'bake', arguments: {} }, token)
  const call = fetch(http.mcp, { method: 'POST', headers, body: JSON.stringify(body), signal: gone.signal })
  const { work } = await begun()
  gone.abort()
  await expect(call).rejects.toThrow()
  await expect.poll(() => http.audit.at(-1)).toMatchObject({ name: 'bake', outcome: 'cancelled' })
  expect(work.signal.aborted).toBe(false)
})
