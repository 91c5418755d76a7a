import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { describes, type RawRequest, rawServer, tool } from './fixture/raw-server.ts'

function callerOf({ headers }: RawRequest): string {
  return String(decodeJwt(String(headers.authorization).replace('Bearer ', '')).sub)
}

/** Shows everybody one tool of their own beside one for all. */
function personal(ttlMs: number) {
  return (request: RawRequest) => {
    const { method, reply } = request
    const tools = [tool('common'), tool(`only_for_${callerOf(request)}`)]
    if (method === 'tools/list') reply({ tools, ttlMs, cacheScope: 'private' })
    else if (!describes(request, []))
      reply({ content: [{ type: 'text', text: String(request.params.name) }] })
  }
}

async function start(ttlMs = 60_000) {
  const raw = await rawServer(personal(ttlMs))
  const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
  const listsBy = (who: string) =>
    raw.requests.filter((request) => request.method === 'tools/list' && callerOf(request) === who).length
  const namesFor = async (subject: string) => {
    const client = await gateway.connect({ as: { subject } })
    return (await client.listTools()).tools.map(({ name }) => name)
  }
  return { raw, gateway, listsBy, namesFor }
}

test('a private list is fetched for each caller, and never shown to another', async () => {
  const { namesFor, gateway } = await start()
  expect(await Promise.all(['alice', 'bob', 'alice'].map(namesFor))).toEqual([
    ['raw__common', 'raw__only_for_alice'],
    ['raw__common', 'raw__only_for_bob'],
    ['raw__common', 'raw__only_for_alice'],
  ])
  const response = await gateway.post('tools/list', {}, { as: { subject: 'carol' } })
  expect(await response.json()).toMatchObject({ result: { cacheScope: 'private' } })
})

test('a private list is fetched once while it is fresh, however many ask', async () => {
  const { namesFor, listsBy } = await start()
  await Promise.all(Array.from({ length: 5 }, () => namesFor('alice')))
  await namesFor('alice')
  expect(listsBy('alice')).toBe(1)
})

test('a private list that is never fresh is fetched anew for every request', async () => {
  const { namesFor, listsBy } = await start(0)
  await namesFor('alice')
  await namesFor('alice')
  expect(listsBy('alice')).toBe(2)
})

test('a tool of a private list can be called at once, at a replica that has not listed it', async () => {
  const { gateway } = await start()
  const client = await gateway.connect({ as: { subject: 'alice' } })
  expect(await client.callTool({ name: 'raw__only_for_alice', arguments: {} })).toMatchObject({
    content: [{ text: 'only_for_alice' }],
  })
  await expect(client.callTool({ name: 'raw__only_for_bob', arguments: {} })).rejects.toMatchObject({
    code: -32602,
  })
})

test('a caller of whom nothing is known sees what everybody may see of a server that is down', async () => {
  const { raw, gateway, namesFor } = await start(0)
  expect(await namesFor('alice')).toContain('raw__only_for_alice')
  await raw.stop()
  await gateway.fleet.upstreams[0]?.refresh()
  expect(await namesFor('carol')).toEqual(['raw__common', 'raw__only_for_gateway'])
  expect(await namesFor('alice')).toContain('raw__only_for_alice')
})

test('a private list is fetched with the token that the caller has now, not with one from before', async () => {
  const { raw, gateway } = await start(0)
  const who = { subject: 'alice', tenant: 'acme', scopes: [], audience: gateway.mcp }
  const listWith = async (ttl: '20s' | '5m') => {
    const token = await gateway.people.sign({ ...who, ttl })
    const response = await gateway.post('tools/list', {}, { headers: { authorization: `Bearer ${token}` } })
    expect(response.status).toBe(200)
    const sent = raw.requests.findLast((request) => callerOf(request) === 'alice')
    return decodeJwt(String(sent?.headers.authorization).replace('Bearer ', '')).exp ?? 0
  }
  const first = await listWith('20s')
  expect(await listWith('5m')).toBeGreaterThan(first)
})
