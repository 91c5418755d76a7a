import { afterEach, describe, expect, test } from 'vitest'
import { Client, type ClientOptions, type RequestOptions } from '../src/index.ts'
import {
  type BadServer,
  type Behaviour,
  badServer,
  hangUp,
  neverAnswer,
  status,
  stream,
  well,
} from './servers/bad.ts'

const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const item of closing.splice(0)) await item.close()
})

/** A client of one server with so many instances, in the order of their URLs. */
async function start(count: number, options: Partial<ClientOptions> = {}) {
  const started = await Promise.all(Array.from({ length: count }, () => badServer()))
  const servers = started.toSorted((a, b) => (a.url < b.url ? -1 : 1))
  const client = new Client({
    url: 'https://shop.example/mcp',
    name: 'shop',
    timeout: 2000,
    retry: { attempts: 1 },
    breakFor: 50,
    instances: servers.map(({ url }) => ({ url })),
    ...options,
  })
  closing.push(client, ...servers)
  return { client, servers }
}

const read = (client: Client, options: RequestOptions = {}) =>
  client.request('tools/call', { name: 'get', arguments: {} }, { isRepeatable: true, ...options })
const GOOD = { content: [{ text: 'well done' }] }
const breaker = (client: Client) => client.instances[0]?.breaker

/** The same from now on, for as many requests as come. */
function always(server: BadServer, behaviour: Behaviour): void {
  server.next.splice(0, server.next.length, ...Array.from({ length: 1000 }, () => behaviour))
}

/** The only instance failed until its breaker opened; the next request is the one that tries. */
async function opened(options: Partial<ClientOptions> = {}) {
  const { client, servers } = await start(1, options)
  const [server] = servers as [BadServer]
  always(server, status(502))
  for (let round = 0; round < 10; round++) await read(client).catch(() => {})
  expect(breaker(client)).toBe('open')
  await expect.poll(() => client.instances[0]?.isShut, { interval: 5 }).toBe(false)
  always(server, neverAnswer)
  return { client, server }
}

describe('a request that tries whether an instance works again, and shows nothing', () => {
  const hungUp = async (client: Client, server: BadServer) => {
    const caller = new AbortController()
    const before = server.calls.length
    const trial = read(client, { signal: caller.signal }).catch(() => {})
    await expect.poll(() => server.calls.length).toBe(before + 1)
    caller.abort(new Error('gone'))
    await trial
  }
  const hurried = (client: Client) => read(client, { timeout: 30, isHurried: true }).catch(() => {})
  const withoutToken = (client: Client) => {
    const token = () => Promise.reject(new Error('no token'))
    return read(client, { credentials: { context: 'alice', token } }).catch(() => {})
  }

  test.each([
    ['its caller hung up', hungUp],
    ['its caller was in a hurry', hurried],
    ['no token could be had', withoutToken],
  ])('leaves it to the next one: %s', async (_, tryInVain) => {
    const { client, server } = await opened()
    for (let round = 0; round < 3; round++) {
      await tryInVain(client, server)
      expect(breaker(client)).toBe('open')
      expect(client.instances[0]?.isShut).toBe(false)
    }
    always(server, well)
    expect(await read(client)).toMatchObject(GOOD)
    expect(breaker(client)).toBe('closed')
  })

  test('leaves it to the next one: another instance was quicker', async () => {
    const { client, servers } = await start(2)
    const [sick] = servers as [BadServer, BadServer]
    for (let round = 0; round < 100; round++) await read(client, { mayHedge: true })
    always(sick, status(502))
    const failing = () =>
      read(client)
        .catch(() => {})
        .then(() => breaker(client))
    // Who fails is asked less and less.
    await expect.poll(failing, { interval: 1, timeout: 10_000 }).toBe('open')
    always(sick, neverAnswer)
    const before = sick.calls.length
    const tried = () => read(client, { mayHedge: true }).then(() => sick.calls.length)
    await expect.poll(tried, { interval: 1, timeout: 10_000 }).toBeGreaterThan(before)
    await expect.poll(() => breaker(client)).toBe('open')
  })

  test('does not hide that the next one failed', async () => {
    const { client, server } = await opened()
    await hungUp(client, server)
    always(server, status(502))
    await read(client).catch(() => {})
    expect(breaker(client)).toBe('open')
    expect(client.instances[0]?.isShut).toBe(true)
  })
})

test('an instance that refuses the request that tries works again', async () => {
  const { client, server } = await opened()
  always(server, status(429))
  await expect(read(client)).rejects.toMatchObject({ code: 'LIMITED' })
  expect(breaker(client)).toBe('closed')
})

test('an instance that asks a question works again, so that others need not wait for the answer', async () => {
  const changes: unknown[] = []
  const { client, server } = await opened({ onBreaker: (instance) => void changes.push(instance.breaker) })
  always(server, well)
  server.next.unshift(stream([{ jsonrpc: '2.0', id: 'who', method: 'elicitation/create', params: {} }]))
  const asked: string[] = []
  const onRequest = (method: string) => {
    asked.push(method)
    return new Promise<never>(() => {})
  }
  const caller = new AbortController()
  const trial = read(client, { onRequest, signal: caller.signal })
  await expect.poll(() => asked).toEqual(['elicitation/create'])
  expect(await read(client)).toMatchObject(GOOD)
  caller.abort(new Error('gone'))
  await expect(trial).rejects.toThrow('gone')
  expect(changes).toEqual(['open', 'closed'])
})

test('a good probe says nothing for an instance that takes connections and breaks off every call', async () => {
  const { client, servers } = await start(1, { breakFor: 60_000 })
  const [server] = servers as [BadServer]
  const [instance] = client.instances
  if (!instance) throw new Error('unreachable')
  always(server, hangUp)
  for (let round = 0; round < 10; round++) await read(client).catch(() => {})
  expect(breaker(client)).toBe('open')
  await client.probe(instance)
  expect(instance.health).toBe('healthy')
  expect(breaker(client)).toBe('open')
})
