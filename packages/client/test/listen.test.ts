import { InMemoryServerEventBus } from '@modelcontextprotocol/server'
import { afterEach, expect, test } from 'vitest'
import { Client } from '../src/index.ts'
import { legacyServer, modernServer } from './servers/mcp.ts'
import { ledger, shop } from './servers/shop.ts'

const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const item of closing.splice(0)) await item.close()
})

test('hears of changes for as long as it listens', async () => {
  const bus = new InMemoryServerEventBus()
  const server = await modernServer(() => shop(ledger()), bus)
  const client = new Client({ url: server.url })
  closing.push(client, server)
  const heard: string[] = []
  const stop = new AbortController()
  const listening = client.listen(
    { toolsListChanged: true },
    { signal: stop.signal, onNotification: (method) => heard.push(method) },
  )
  await expect.poll(() => heard).toEqual(['notifications/subscriptions/acknowledged'])
  bus.publish({ kind: 'tools_list_changed' })
  await expect.poll(() => heard).toContain('notifications/tools/list_changed')
  stop.abort(new Error('heard enough'))
  await expect(listening).rejects.toThrow('heard enough')
  expect(await client.request('tools/list')).toHaveProperty('tools')
})

test('is told when the server goes away', async () => {
  const server = await modernServer(() => shop(ledger()))
  const client = new Client({ url: server.url })
  closing.push(client)
  const heard: string[] = []
  const listening = client.listen(
    { toolsListChanged: true },
    { onNotification: (method) => heard.push(method) },
  )
  await expect.poll(() => heard).toHaveLength(1)
  await server.close()
  await expect(listening).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('a server of the 2025 era cannot be asked', async () => {
  const server = await legacyServer(() => shop(ledger()))
  const client = new Client({ url: server.url })
  closing.push(client, server)
  await expect(client.listen({}, { onNotification() {} })).rejects.toThrow(TypeError)
})
