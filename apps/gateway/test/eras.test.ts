import { describe, expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { legacyServer } from './fixture/legacy-server.ts'

describe.each(['modern', 'legacy'] as const)(
  'a client of the %s era and a server of the legacy era',
  (era) => {
    async function start() {
      const old = await legacyServer()
      const gateway = await startGateway(await newSite(), [{ name: 'old', url: old.url }])
      return { old, gateway, client: await gateway.connect({ era }) }
    }

    test('list, call, read and prompt', async () => {
      const { client } = await start()
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['old__add', 'old__count'])
      expect(await client.callTool({ name: 'old__add', arguments: { a: 2, b: 3 } })).toMatchObject({
        content: [{ type: 'text', text: '5' }],
      })
      expect(await client.readResource({ uri: 'old+file:///etc/motd' })).toMatchObject({
        contents: [{ uri: 'old+file:///etc/motd', text: 'Hello' }],
      })
      expect(await client.getPrompt({ name: 'old__greet', arguments: { name: 'Ada' } })).toMatchObject({
        messages: [{ content: { text: 'Greet Ada' } }],
      })
    })

    test('carry progress', async () => {
      const { client } = await start()
      const seen: number[] = []
      const options = { onprogress: ({ progress }: { progress: number }) => seen.push(progress) }
      await client.callTool({ name: 'old__count', arguments: {} }, options)
      expect(seen).toEqual([1, 2])
    })

    test('share no session with another caller', async () => {
      const { client, gateway, old } = await start()
      const other = await gateway.connect({ era, as: { subject: 'bob' } })
      for (const each of [client, other, client])
        await each.callTool({ name: 'old__add', arguments: { a: 1, b: 1 } })
      const used = old.arrivals
        .filter(({ method }) => method === 'tools/call')
        .map(({ headers }) => headers.get('mcp-session-id'))
      expect(used[0]).toBe(used[2])
      expect(new Set(used).size).toBe(2)
    })

    test('survive that the server forgets its sessions', async () => {
      const { client, old } = await start()
      await client.callTool({ name: 'old__add', arguments: { a: 1, b: 1 } })
      old.sessions.clear()
      expect(await client.callTool({ name: 'old__add', arguments: { a: 2, b: 2 } })).toMatchObject({
        content: [{ text: '4' }],
      })
    })
  },
)

test('the services page tells the era of a server', async () => {
  const old = await legacyServer()
  const { origin } = await startGateway(await newSite(), [{ name: 'old', url: old.url }])
  expect(await (await fetch(`${origin}/services`)).json()).toMatchObject({
    services: [
      { name: 'old', state: 'up', era: 'legacy', version: '0.9.0', tools: ['old__add', 'old__count'] },
    ],
  })
})
