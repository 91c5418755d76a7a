import { describe, expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { newClient, oldClient, type Person } from './fixture/pairs/clients.ts'
import { newServer } from './fixture/pairs/new-server.ts'
import { oldServer } from './fixture/pairs/old-server.ts'

/** `@modelcontextprotocol/sdk` 1.32 is old, `@modelcontextprotocol/client` 2.4 and the kit are new. */
const PAIRS = [
  ['new', 'new'],
  ['new', 'old'],
  ['old', 'new'],
  ['old', 'old'],
] as const

/** In the words of the server: the kit's, and those of the SDK of that time. */
const NOBODY = {
  new: /This has to ask something, .* declare the capability elicitation\./,
  old: /Client does not support (form )?elicitation/,
}

describe.each(PAIRS)('a %s client and a %s server', (era, server) => {
  async function start(person?: Person) {
    const site = await newSite()
    const { url, seen } = server === 'new' ? await newServer(site) : await oldServer()
    const servers = [{ name: 'pair', url }]
    const gateway = await startGateway(site, servers, { env: { MCP_SESSIONS: 'true' } })
    const connected = await (era === 'new' ? newClient : oldClient)(gateway, person)
    return { client: connected, seen, gateway }
  }

  test('call', async () => {
    const { client } = await start()
    expect(await client.tools()).toContain('pair__add')
    expect(await client.call('pair__add', { a: 2, b: 3 })).toEqual({ text: '5', isError: false })
  })

  test('pass on why a tool failed', async () => {
    const { client } = await start()
    const failed = await client.call('pair__fail')
    expect(failed).toMatchObject({ isError: true, text: expect.stringContaining('It is closed.') })
    await expect(client.call('pair__nothing')).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('Unknown tool'),
    })
  })

  test('ask the person and go on with the answer', async () => {
    const asked: string[] = []
    const { client } = await start((message) => {
      asked.push(message)
      return { action: 'accept', content: { name: 'Ada' } }
    })
    expect(await client.call('pair__greet')).toEqual({ text: 'Hello, Ada!', isError: false })
    expect(asked).toEqual(['Who are you?'])
  })

  test('say so where there is nobody to ask', async () => {
    const { client } = await start()
    const refused = await client
      .call('pair__greet')
      .catch((error) => ({ text: error.message, isError: true }))
    expect(refused).toMatchObject({
      isError: true,
      text: expect.stringMatching(NOBODY[server]),
    })
  })

  test('tell progress', async () => {
    const { client } = await start()
    const seen: number[] = []
    const counted = await client.call(
      'pair__count',
      {},
      { onprogress: ({ progress }) => seen.push(progress) },
    )
    expect(counted.text).toBe('three')
    expect(seen).toEqual([1, 2, 3])
  })

  test('cancel at the server what the client gives up', async () => {
    const { client, seen } = await start()
    const stop = new AbortController()
    const call = client.call('pair__wait', {}, { signal: stop.signal })
    call.catch(() => {})
    await expect.poll(() => seen.waiting).toBe(1)
    stop.abort(new Error('given up'))
    await expect(call).rejects.toThrow()
    await expect.poll(() => seen.cancelled).toBe(1)
  })

  test('tell of changes', async () => {
    const { client } = await start()
    const heard = await client.follow('pair+note://1')
    await client.call('pair__touch')
    await expect.poll(heard).toEqual(['pair+note://1'])
    await client.call('pair__grow')
    await expect.poll(heard, { timeout: 5000 }).toContain('tools')
  })

  test('read, complete and prompt', async () => {
    const { client } = await start()
    expect(await client.read('pair+note://7')).toMatchObject([{ uri: 'pair+note://7', text: 'A note' }])
    expect(await client.prompt('pair__welcome', { name: 'Ada' })).toMatchObject({ text: 'Welcome Ada' })
    const template = { type: 'ref/resource', uri: 'pair+note://{id}' } as const
    expect(await client.complete(template, { name: 'id', value: '1' })).toEqual(['1', '12'])
    const prompt = { type: 'ref/prompt', name: 'pair__welcome' } as const
    expect(await client.complete(prompt, { name: 'name', value: 'Al' })).toEqual(['Alan'])
  })

  test('finish long work', async () => {
    const { client, gateway } = await start()
    if (era === 'new') {
      // One that follows tasks gets one where the server makes one, else the answer.
      const response = await gateway.post('tools/call', following(server), { as: { scopes: ['pair:use'] } })
      expect(await response.json()).toMatchObject({
        result: { resultType: server === 'new' ? 'task' : 'complete' },
      })
    }
    if (server === 'old') {
      // Tasks came with 2026: a server of before has none to offer.
      expect(await client.tools()).not.toContain('pair__print')
      return
    }
    expect(await client.call('pair__print')).toEqual({ text: 'printed', isError: false })
    const refused = await client
      .call('pair__print_later')
      .catch((error) => ({ text: error.message, isError: true }))
    expect(refused).toMatchObject({
      isError: true,
      text: expect.stringContaining('io.modelcontextprotocol/tasks'),
    })
  })
})

test.each(['new', 'old'] as const)(
  'a %s client gets the answer of an old server that ended the stream of the call before',
  async (era) => {
    const { url } = await oldServer({ isPolled: true })
    const gateway = await startGateway(await newSite(), [{ name: 'pair', url }])
    const client = await (era === 'new' ? newClient : oldClient)(gateway)
    const seen: number[] = []
    const onprogress = ({ progress }: { progress: number }) => seen.push(progress)
    expect(await client.call('pair__count', {}, { onprogress })).toEqual({ text: 'three', isError: false })
    expect(seen).toEqual([1, 2, 3])
  },
)

function following(server: 'new' | 'old') {
  const tool = server === 'new' ? { name: 'pair__print_later' } : { name: 'pair__add' }
  const extensions = { 'io.modelcontextprotocol/tasks': {} }
  return {
    ...tool,
    arguments: server === 'new' ? {} : { a: 1, b: 1 },
    _meta: { 'io.modelcontextprotocol/clientCapabilities': { extensions } },
  }
}
