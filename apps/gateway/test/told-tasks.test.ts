import { expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { listen } from './fixture/listener.ts'
import { rawServer, tool } from './fixture/raw-server.ts'
import { classed, protectionFile } from './fixture/shop.ts'

const HINTS = { ttlMs: 60_000, cacheScope: 'public' }
const RULES = 'classes:\n  confidential: { partial: [email], full: [email] }\n'

/** A server with tools of several classes, which tells whoever listens of the result of each task at once. */
function shop() {
  return rawServer(({ method, params, id, reply, response }) => {
    if (method === 'server/discover')
      reply({
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } },
        ...HINTS,
      })
    else if (method === 'tools/list') {
      const classes = ['public', 'confidential', 'restricted']
      reply({ tools: classes.map((data) => tool(data, classed('tools', data))), ...HINTS })
    } else if (method === 'subscriptions/listen') {
      const { notifications } = params as { notifications: { taskIds?: string[] } }
      const _meta = { 'io.modelcontextprotocol/subscriptionId': id }
      const send = (name: string, about: object) =>
        response.write(
          `data: ${JSON.stringify({ jsonrpc: '2.0', method: name, params: { ...about, _meta } })}\n\n`,
        )
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      send('notifications/subscriptions/acknowledged', { notifications })
      for (const taskId of notifications.taskIds ?? []) {
        const at = new Date().toISOString()
        const result = { content: [{ type: 'text', text: 'Paid by ada@example.com' }] }
        const task = { taskId, status: 'completed', createdAt: at, lastUpdatedAt: at, ttlMs: null, result }
        send('notifications/tasks', task)
      }
    } else reply({})
  })
}

async function listenTo(...tools: string[]) {
  const { url } = await shop()
  const env = { GATEWAY_PROTECTION_FILE: protectionFile(RULES) }
  const gateway = await startGateway(await newSite(), [{ name: 'shop', url }], { env })
  const taskIds = tools.map((tool) => gateway.taskId(tool, '17'))
  const { messages, acknowledged, heard } = await listen(gateway, { taskIds }, { tasks: true })
  return { taskIds, acknowledged, heard, said: () => JSON.stringify(messages) }
}

test('nobody hears of a task whose tool is restricted', async () => {
  const { taskIds, acknowledged, heard, said } = await listenTo('shop__restricted', 'shop__public')
  expect(acknowledged).toEqual({ taskIds: taskIds.slice(1) })
  await expect.poll(heard).toEqual([['notifications/tasks', 'completed']])
  expect(said()).toContain('ada@example.com')
})

test('what is told of a task is masked as the answers of its tool are', async () => {
  const { heard, said } = await listenTo('shop__confidential')
  await expect.poll(heard).toEqual([['notifications/tasks', 'completed']])
  expect(said()).toContain('Paid by')
  expect(said()).not.toContain('ada@example.com')
})
