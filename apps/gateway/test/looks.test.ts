import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { describes, offering, rawServer } from './fixture/raw-server.ts'

const SECRET = 'a secret that only instances of the till know'

test('a server that begins to tell of its lists is listened to, although they are the same', async () => {
  let capabilities: object = { tools: {} }
  const raw = await rawServer((request) => {
    const { method, params, reply, response } = request
    if (method === 'server/discover')
      return reply({ supportedVersions: ['2026-07-28'], capabilities, ttlMs: 0, cacheScope: 'public' })
    if (method !== 'subscriptions/listen')
      return void (describes(request, ['echo']) || offering('echo')(request))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const acknowledged = { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params }
    response.write(`data: ${JSON.stringify(acknowledged)}\n\n`)
  })
  const gateway = await startGateway(await newSite(), [{ name: 'x', url: raw.url }])
  const [upstream] = gateway.fleet.upstreams
  capabilities = { tools: { listChanged: true } }
  const asked = () => raw.requests.filter(({ method }) => method === 'subscriptions/listen').length
  await expect
    .poll(async () => {
      await upstream?.refresh()
      return asked()
    })
    .toBe(1)
  await upstream?.refresh()
  expect(asked()).toBe(1)
})

test('an instance that registers while its server is first looked at is looked at soon', async () => {
  const release = Promise.withResolvers<void>()
  const slow = await rawServer(async (request) => {
    await release.promise
    offering('echo')(request)
  })
  const other = await rawServer()
  const site = await newSite()
  const till = {
    ...{ name: 'till', audience: 'http://till.test/mcp', urls: [slow.url], slowAfter: '5s' },
    register: {
      urls: ['http://127.0.0.1:*/mcp'],
      secret: `sha256:${createHash('sha256').update(SECRET).digest('hex')}`,
    },
  }
  const starting = startGateway(site, [till], { env: { GATEWAY_LEASE: '10m' } })
  await expect.poll(() => slow.requests.length, { timeout: 5000 }).toBeGreaterThan(0)
  const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ server: 'till', url: other.url, instance: 'one', state: 'ready' })
  const answer = await fetch(`${site.origin}/register`, { method: 'POST', headers, body })
  expect(answer.status).toBe(200)
  release.resolve()
  const { fleet } = await starting
  const healths = () => fleet.upstreams[0]?.client.instances.map(({ health }) => health)
  await expect.poll(healths, { timeout: 5000 }).toEqual(['healthy', 'healthy'])
})
