import { awaitTask, bearer, Client, callTool } from '@atoll/client'
import { freePort } from '@atoll/tooling/free-port'
import { resultFromTaskOutcome } from '@modelcontextprotocol/ext-tasks/client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { newSite, startGateway, type TestGateway, type Who } from './fixture/fleet.ts'
import { officialTasks } from './fixture/official-tasks.ts'
import { policyOf } from './fixture/policy.ts'
import { type Press, type Print, startPress } from './fixture/press.ts'
import { rawServer, tool, withTools } from './fixture/raw-server.ts'

const TASKS = {
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
}
const ALICE: Who = { scopes: ['press:print', 'hr:read'] }
const PRINT = { name: 'press__print', arguments: {}, _meta: TASKS }

function client(mcp: string, token: string): Client {
  const made = new Client({ url: mcp, credentials: bearer(token) })
  onTestFinished(() => made.close())
  return made
}

async function begun({ prints }: Press): Promise<Print> {
  await expect.poll(() => prints.length).toBe(1)
  return prints[0] as Print
}

interface Answer {
  status: number
  [key: string]: unknown
}

async function ask(
  gateway: TestGateway,
  method: string,
  params: Record<string, unknown>,
  as = ALICE,
): Promise<Answer> {
  const named = { 'mcp-name': String(params.name ?? params.taskId) }
  const response = await gateway.post(method, { _meta: TASKS, ...params }, { as, headers: named })
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) }
}

async function begin(gateway: TestGateway, tool = PRINT): Promise<string> {
  const { result } = await ask(gateway, 'tools/call', tool)
  return (result as { taskId: string }).taskId
}

describe('a client that follows tasks', () => {
  test('follows one to its end through the gateway', async () => {
    const gateway = await startPress()
    const seen: string[] = []
    const onTask = ({ taskId }: { taskId?: unknown }) => void seen.push(String(taskId))
    const result = callTool(client(gateway.mcp, await gateway.token(ALICE)), 'press__print', {}, { onTask })
    const { resolve } = await begun(gateway.press)
    await expect.poll(() => seen[0]).toMatch(/^press__print\.print\.[\w-]+\.[\w-]{22}$/)
    resolve({ pages: 4 })
    expect(await result).toMatchObject({
      structuredContent: { pages: 4 },
      // What a result names is found at the gateway, also when it comes later.
      content: [{ type: 'text' }, { type: 'resource_link', uri: 'press+press://prints/1' }],
    })
    const got = gateway.server.arrivals.filter(({ message }) => message.method === 'tasks/get')
    for (const { headers, message } of got) {
      expect(headers['mcp-name']).toBe(message.params?.taskId)
      expect(headers['mcp-name']).toMatch(/^print\./)
    }
  })

  test('may ask any replica', async () => {
    const gateway = await startPress()
    const port = await freePort()
    const replica = await startGateway(
      { ...gateway.site, port, origin: `http://127.0.0.1:${port}` },
      gateway.servers,
      {
        env: {
          PUBLIC_URL: gateway.mcp,
          AUTH_ISSUERS: JSON.stringify([{ issuer: gateway.people.issuer, jwks: gateway.people.jwksUrl }]),
        },
      },
    )
    const taskId = await begin(gateway)
    ;(await begun(gateway.press)).resolve({ pages: 2 })
    const there = client(replica.mcp, await gateway.token(ALICE))
    expect(await awaitTask(there, taskId)).toMatchObject({ structuredContent: { pages: 2 } })
  })

  test('answers questions, and cancels', async () => {
    const gateway = await startPress()
    const mine = client(gateway.mcp, await gateway.token(ALICE))
    const capabilities = { elicitation: { form: {} } }
    const answer = () => ({ action: 'accept', content: { paper: 'A4' } })
    const chosen = await callTool(mine, 'press__choose', {}, { capabilities, answer })
    expect(chosen).toMatchObject({ structuredContent: { paper: 'A4' } })
    const taskId = await begin(gateway)
    const { work } = await begun(gateway.press)
    expect(await ask(gateway, 'tasks/cancel', { taskId })).toMatchObject({
      result: { resultType: 'complete' },
    })
    expect(work.signal.aborted).toBe(true)
    await expect(awaitTask(mine, taskId)).rejects.toMatchObject({ code: 'CONFLICT' })
  })
})

describe('the official client of the extension', () => {
  test('follows a task to its end', async () => {
    const gateway = await startPress()
    const session = await officialTasks(gateway.mcp, await gateway.token(ALICE))
    const execution = await session.callTool('press__print', {})
    ;(await begun(gateway.press)).resolve({ pages: 6 })
    const { outcome } = await execution.settle()
    expect(resultFromTaskOutcome(outcome)).toMatchObject({ structuredContent: { pages: 6 } })
  })

  test('answers what a task asks', async () => {
    const gateway = await startPress()
    const answer = () => ({ action: 'accept', content: { paper: 'A3' } })
    const session = await officialTasks(gateway.mcp, await gateway.token(ALICE), answer)
    const { outcome } = await (await session.callTool('press__choose', {})).settle()
    expect(resultFromTaskOutcome(outcome)).toMatchObject({ structuredContent: { paper: 'A3' } })
  })
})

describe('every other client', () => {
  test.each(['modern', 'legacy'] as const)('of the %s era waits, with progress', async (era) => {
    const gateway = await startPress()
    const sdk = await gateway.connect({ era, as: ALICE })
    const seen: number[] = []
    const onprogress = ({ progress }: { progress: number }) => void seen.push(progress)
    const answer = sdk.callTool({ name: 'press__print', arguments: {} }, { onprogress })
    const { work, resolve } = await begun(gateway.press)
    work.progress({ progress: 1 })
    await expect.poll(() => seen).toEqual([1])
    resolve({ pages: 1 })
    expect(await answer).toMatchObject({ structuredContent: { pages: 1 } })
  })

  test('is told what it needs, for a tool and for a task', async () => {
    const gateway = await startPress()
    const requiredCapabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
    const refused = { status: 400, error: { code: -32021, data: { requiredCapabilities } } }
    const choose = { name: 'press__choose', arguments: {}, _meta: {} }
    expect(await ask(gateway, 'tools/call', choose)).toMatchObject(refused)
    const taskId = await begin(gateway)
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      expect(await ask(gateway, method, { taskId, inputResponses: {}, _meta: {} })).toMatchObject(refused)
    }
  })
})

test('a task opens nothing to others, and names that lead nowhere are unknown', async () => {
  const gateway = await startPress()
  const taskId = await begin(gateway)
  const { work } = await begun(gateway.press)
  const cases: [string, Who][] = [
    [taskId, { ...ALICE, subject: 'bob' }],
    [taskId, { ...ALICE, tenant: 'globex' }],
    ['print.1', ALICE],
    ['press__print.', ALICE],
    ['press__print.print.1', ALICE],
    ['press__no_such.print.1', ALICE],
    ['nobody__print.print.1', ALICE],
    ['press__choose.print.1', ALICE],
    [taskId.replace('press__print.', 'press__choose.'), ALICE],
    [taskId.slice(0, taskId.lastIndexOf('.')), ALICE],
    [gateway.taskId('nobody__print', 'print.1', ALICE), ALICE],
  ]
  for (const [id, as] of cases) {
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      const answer = await ask(gateway, method, { taskId: id, inputResponses: {} }, as)
      expect([id, answer.error]).toEqual([
        id,
        { code: -32602, message: expect.stringContaining('Unknown task') },
      ])
    }
  }
  expect(work.signal.aborted).toBe(false)
})

test('the scopes of the tool hold for its tasks, before the server is asked', async () => {
  const gateway = await startPress()
  const taskId = await begin(gateway)
  const before = gateway.server.arrivals.length
  const headers = { 'mcp-name': taskId }
  const poor = { scopes: ['press:proof'] }
  const refused = await gateway.post('tasks/get', { taskId, _meta: TASKS }, { as: poor, headers })
  expect(refused.status).toBe(403)
  expect(refused.headers.get('www-authenticate')).toContain('scope="press:print"')
  expect(gateway.server.arrivals).toHaveLength(before)
})

test('the header must name the task', async () => {
  const gateway = await startPress()
  const taskId = await begin(gateway)
  const headers = { 'mcp-name': 'press__print.print.other' }
  const response = await gateway.post('tasks/get', { taskId, _meta: TASKS }, { as: ALICE, headers })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: -32020 } })
})

test('says that the server of a task cannot be reached', async () => {
  const gateway = await startPress()
  const taskId = await begin(gateway)
  await gateway.press.tasks.close()
  await gateway.server.close()
  const answer = await ask(gateway, 'tasks/get', { taskId })
  expect(answer.error).toMatchObject({ code: -32603, data: { code: 'UNAVAILABLE', retryable: true } })
})

test('a task is looked at and stopped after its tool has left the list, by those who might use it', async () => {
  const at = new Date().toISOString()
  const working = { taskId: '1', status: 'working', createdAt: at, lastUpdatedAt: at, ttlMs: null }
  const tools = [tool('write')]
  const raw = await rawServer(
    withTools(tools, ({ method, reply }) => {
      if (method === 'tools/call') reply({ resultType: 'task', ...working })
      else reply({ ...working, ...(method === 'tasks/cancel' && { status: 'cancelled' }) })
    }),
  )
  const { env } = policyOf(`allow: "!('guest' in principal.roles)"`)
  const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], { env })
  const taskId = await begin(gateway, { ...PRINT, name: 'raw__write' })
  tools.pop()
  await gateway.fleet.upstreams[0]?.refresh()
  expect(await ask(gateway, 'tasks/get', { taskId })).toMatchObject({ result: { taskId, status: 'working' } })
  const unknown = { error: { code: -32602, message: expect.stringContaining('Unknown task') } }
  expect(await ask(gateway, 'tasks/get', { taskId }, { ...ALICE, roles: ['guest'] })).toMatchObject(unknown)
  expect(await ask(gateway, 'tasks/cancel', { taskId })).toMatchObject({ result: { status: 'cancelled' } })
})
