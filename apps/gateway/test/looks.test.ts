import { expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { describes, offering, rawServer } from './fixture/raw-server.ts'

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
