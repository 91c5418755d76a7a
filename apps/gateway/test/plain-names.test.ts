import { freePort } from '@atoll/tooling/free-port'
import { describe, expect, onTestFinished, test } from 'vitest'
import { plain, prefixed } from '../src/exposure.ts'
import { domainServer } from './fixture/domain-server.ts'
import { hrServer, newDesk, ordersServer } from './fixture/domains.ts'
import { newSite, startGateway } from './fixture/fleet.ts'
import { startPress } from './fixture/press.ts'
import { offering, rawServer } from './fixture/raw-server.ts'

describe('a server that keeps its own names', () => {
  async function start() {
    const site = await newSite()
    const hr = await domainServer(hrServer, newDesk(), { port: await freePort(), issuers: site.issuers })
    const orders = await domainServer(ordersServer, {}, { port: await freePort(), issuers: site.issuers })
    onTestFinished(async () => {
      await Promise.all([hr.close(), orders.close()])
    })
    const servers = [
      { name: 'hr', url: hr.url, names: 'plain' },
      { name: 'orders', url: orders.url },
    ]
    return startGateway(site, servers)
  }

  test('lists, answers and completes under them, beside servers with a prefix', async () => {
    const client = await (await start()).connect()
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual([
      'count_slowly',
      'promote',
      'search_employees',
      'wait_for_ever',
      'who_am_i',
      'orders__list_my_orders',
    ])
    expect(await client.callTool({ name: 'who_am_i', arguments: {} })).toMatchObject({
      structuredContent: { subject: 'alice', actor: 'gateway' },
    })
    expect(await client.callTool({ name: 'orders__list_my_orders', arguments: {} })).toMatchObject({
      structuredContent: { owner: 'alice' },
    })
    expect(await client.getPrompt({ name: 'data_analyst', arguments: { question: 'Why?' } })).toMatchObject({
      messages: [{ content: { text: 'Answer: Why?' } }],
    })
    const ref = { type: 'ref/resource', uri: 'employee://{id}' } as const
    expect(await client.complete({ ref, argument: { name: 'id', value: '1' } })).toMatchObject({
      completion: { values: ['17', '18'] },
    })
  })

  test('has its URIs read as they are, also those that another server has too', async () => {
    const client = await (await start()).connect()
    const text = async (uri: string) => (await client.readResource({ uri })).contents[0]
    expect(await text('config://company')).toMatchObject({ uri: 'config://company', text: '{"name":"Acme"}' })
    expect(await text('employee://17')).toMatchObject({ uri: 'employee://17' })
    expect(await text('orders+config://company')).toMatchObject({ text: 'A shop' })
    const found = await client.callTool({ name: 'search_employees', arguments: { text: 'a' } })
    expect(found.content).toContainEqual({ type: 'resource_link', uri: 'employee://17', name: 'Ada' })
  })

  test('is asked for what nobody lists, and says that it is not there', async () => {
    const client = await (await start()).connect()
    await expect(client.readResource({ uri: 'nothing://here' })).rejects.toMatchObject({ code: -32602 })
    await expect(client.callTool({ name: 'nothing', arguments: {} })).rejects.toMatchObject({ code: -32602 })
    await expect(client.callTool({ name: 'hr__who_am_i', arguments: {} })).rejects.toMatchObject({
      code: -32602,
    })
  })

  test('does not take the name of a tool of another, and the services page says so', async () => {
    const [own, other] = [await rawServer(offering('echo', 'other__echo')), await rawServer(offering('echo'))]
    const gateway = await startGateway(await newSite(), [
      { name: 'own', url: own.url, names: 'plain' },
      { name: 'other', url: other.url },
    ])
    const client = await gateway.connect()
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['other__echo', 'echo'])
    await client.callTool({ name: 'other__echo', arguments: {} })
    expect(own.requests.filter(({ method }) => method === 'tools/call')).toEqual([])
    const services = await (await fetch(`${gateway.origin}/services`)).json()
    expect(services).toMatchObject({
      services: [
        { name: 'other', problems: [] },
        { name: 'own', problems: ["tools: other__echo: would be taken for another server's"] },
      ],
    })
  })

  test('has its tasks followed by ids that are sealed all the same', async () => {
    const { post, press } = await startPress({ names: 'plain' })
    const as = { scopes: ['press:print'] }
    const _meta = {
      'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
    }
    const answer = async (method: string, params: object, headers = {}) => {
      const response = await post(method, { ...params, _meta }, { as, headers })
      return ((await response.json()) as { result: Record<string, unknown> }).result
    }
    const { taskId } = await answer('tools/call', { name: 'print', arguments: {} })
    expect(taskId).toMatch(/^print\.print\.[\w-]+\.[\w-]{22}$/)
    await expect.poll(() => press.prints.length).toBe(1)
    press.prints[0]?.resolve({ pages: 3 })
    const named = { 'mcp-name': String(taskId) }
    await expect
      .poll(() => answer('tasks/get', { taskId }, named))
      .toMatchObject({ taskId, status: 'completed', result: { structuredContent: { pages: 3 } } })
  })

  test('alone is said to have no prefix', async () => {
    const { origin, connect } = await startPress({ names: 'plain' })
    expect((await connect()).getInstructions()).toBe(
      'Tools, prompts and resources have the names that their server gives them.\n\n# press\n\nA press.',
    )
    expect(await (await fetch(`${origin}/services`)).json()).toMatchObject({
      services: [{ tools: ['choose', 'print'] }],
    })
  })
})

test('an exposed name leads to one server only', () => {
  const own = plain('own', new Set(['hr']))
  expect(['hr__x', 'hr--x', 'hr+config://x', 'ui://hr/form'].map(own.isTaken)).toEqual(Array(4).fill(true))
  expect(['x', 'own__x', 'kb__x', 'config://x', 'ui://form/hr'].map(own.isTaken)).toEqual(
    Array(5).fill(false),
  )
  expect(prefixed('hr').isTaken('other__x')).toBe(false)
})
