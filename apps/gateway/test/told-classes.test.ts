import { expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { listen } from './fixture/listener.ts'
import { policyOf } from './fixture/policy.ts'
import { rawServer } from './fixture/raw-server.ts'
import { classed, protectionFile } from './fixture/shop.ts'

const HINTS = { ttlMs: 60_000, cacheScope: 'public' }
const RULES = 'classes:\n  confidential: { partial: [email], full: [email] }\n'
const UPDATED = 'notifications/resources/updated'

/** A server with resources of several classes, which tells whoever listens that all of `told` have changed. */
function shop(told: readonly string[]) {
  const classes = ['public', 'confidential', 'restricted']
  const resources = [
    ...classes.map((data) => ({ uri: `shop://${data}`, name: data, ...classed('resources', data) })),
    { uri: 'shop://orders', name: 'orders' },
    { uri: 'shop://orders/kept', name: 'kept', ...classed('resources', 'restricted') },
  ]
  return rawServer(({ method, params, id, reply, response }) => {
    if (method === 'server/discover')
      reply({
        supportedVersions: ['2026-07-28'],
        capabilities: { resources: { subscribe: true } },
        ...HINTS,
      })
    else if (method === 'resources/list') reply({ resources, ...HINTS })
    else if (method === 'resources/templates/list') reply({ resourceTemplates: [], ...HINTS })
    else if (method === 'subscriptions/listen') {
      const _meta = { 'io.modelcontextprotocol/subscriptionId': id }
      const send = (name: string, about: object) => {
        const params = { ...about, _meta: { ..._meta, by: 'ada@example.com' } }
        response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method: name, params })}\n\n`)
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      send('notifications/subscriptions/acknowledged', { notifications: params.notifications })
      for (const uri of told) send(UPDATED, { uri })
    } else reply({})
  })
}

async function listenTo(wanted: readonly string[], told = wanted, env: Record<string, string> = {}) {
  const { url } = await shop(told)
  const gateway = await startGateway(await newSite(), [{ name: 'shop', url }], {
    env: { GATEWAY_PROTECTION_FILE: protectionFile(RULES), ...env },
  })
  const exposed = wanted.map((uri) => `shop+${uri}`)
  const { messages, acknowledged, heard } = await listen(gateway, { resourceSubscriptions: exposed })
  return { acknowledged, heard, said: () => JSON.stringify(messages.slice(1)) }
}

test('nobody hears of a resource that is restricted', async () => {
  const { acknowledged, heard } = await listenTo(['shop://restricted', 'shop://public'])
  expect(acknowledged).toEqual({ resourceSubscriptions: ['shop+shop://public'] })
  await expect.poll(heard).toEqual([[UPDATED, 'shop+shop://public']])
})

test('what is told of a resource is masked as it is itself', async () => {
  const { heard, said } = await listenTo(['shop://confidential'])
  await expect.poll(heard).toEqual([[UPDATED, 'shop+shop://confidential']])
  expect(said()).not.toContain('ada@example.com')
})

test('of a part of what was subscribed to hears only who may read the part', async () => {
  const parts = ['kept', 'denied', '%64enied', 'by-name', '1'].map((name) => `shop://orders/${name}`)
  const { env } = policyOf(
    'deny: target.kind == "resource" && args.uri == "shop+shop://orders/denied"',
    'deny: target.name == "shop+shop://orders/by-name"',
  )
  const { heard } = await listenTo(['shop://orders'], parts, env)
  await expect.poll(heard).toEqual([[UPDATED, 'shop+shop://orders/1']])
})
