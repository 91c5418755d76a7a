import { OverloadedError, UnavailableError } from '@atoll/errors'
import { afterEach, describe, expect, test } from 'vitest'
import {
  Client,
  type ClientOptions,
  type RequestOptions,
  TIME_LEFT_META_KEY,
  TokenUnavailableError,
} from '../src/index.ts'
import { RetryBudget } from '../src/retry-budget.ts'
import {
  answer,
  type BadServer,
  type Behaviour,
  badServer,
  hangUp,
  neverAnswer,
  status,
  well,
} from './servers/bad.ts'

const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const item of closing.splice(0)) await item.close()
})

/** A client of one server with so many instances, in the order of their URLs, and what it tells of. */
async function start(count: number, options: Partial<ClientOptions> = {}) {
  const started = await Promise.all(Array.from({ length: count }, () => badServer()))
  const servers = started.toSorted((a, b) => (a.url < b.url ? -1 : 1))
  const events: string[] = []
  const client = new Client({
    url: 'https://shop.example/mcp',
    name: 'shop',
    timeout: 2000,
    retry: { firstPause: 1, longestPause: 2 },
    instances: servers.map(({ url }) => ({ url })),
    onEvent: (event) => void events.push(event),
    ...options,
  })
  closing.push(client, ...servers)
  return { client, servers, events }
}

const read = (client: Client, options: RequestOptions = {}) =>
  client.request('tools/call', { name: 'get', arguments: {} }, { isRepeatable: true, ...options })
const write = (client: Client, options: RequestOptions = {}) =>
  client.request('tools/call', { name: 'buy', arguments: {} }, options)
const GOOD = { content: [{ text: 'well done' }] }
const sum = (servers: readonly BadServer[]) => servers.reduce((all, { calls }) => all + calls.length, 0)

/** The same from now on, for as many requests as come. */
function always(server: BadServer, behaviour: Behaviour): void {
  server.next.splice(0, server.next.length, ...Array.from({ length: 1000 }, () => behaviour))
}

describe('the time that is left', () => {
  const told = ({ calls }: BadServer) =>
    calls.map(({ message }) => (message.params._meta as Record<string, number>)[TIME_LEFT_META_KEY] ?? 0)

  test('is told to the server, and shrinks with every attempt and pause', async () => {
    const { client, servers } = await start(1, { retry: { firstPause: 40, longestPause: 40 } })
    const [server] = servers as [BadServer]
    server.next.push(status(503, { 'retry-after': '0.05' }), hangUp)
    await read(client, { timeout: 1500, meta: { [TIME_LEFT_META_KEY]: 99_999 } })
    const [first = 0, second = 0, third = 0] = told(server)
    expect(first).toBeLessThanOrEqual(1500)
    expect(second).toBeLessThanOrEqual(first)
    expect(third).toBeLessThanOrEqual(second)
    expect(third).toBeGreaterThan(0)
  })

  test('bounds a caller who waits for the handshake of another', async () => {
    const { client, servers } = await start(1)
    const [server] = servers as [BadServer]
    const open: (() => void)[] = []
    const handlers = server.server.listeners('request') as ((...args: unknown[]) => void)[]
    server.server.removeAllListeners('request')
    server.server.on('request', (...args) => open.push(() => handlers[0]?.(...args)))
    const patient = read(client)
    await expect.poll(() => open).toHaveLength(1)
    await expect(read(client, { timeout: 50 })).rejects.toThrow('did not answer within 0.05 s')
    server.server.removeAllListeners('request')
    for (const each of handlers) server.server.on('request', each)
    for (const each of open) each()
    expect(await patient).toMatchObject(GOOD)
  })

  test('of one hurried caller does not end the handshake that others wait for', async () => {
    const { client, servers } = await start(1)
    const [server] = servers as [BadServer]
    const open: (() => void)[] = []
    const handlers = server.server.listeners('request') as ((...args: unknown[]) => void)[]
    server.server.removeAllListeners('request')
    server.server.on('request', (...args) => open.push(() => handlers[0]?.(...args)))
    const hurried = read(client, { timeout: 50 })
    const patient = read(client)
    await expect(hurried).rejects.toThrow('did not answer within 0.05 s')
    server.server.removeAllListeners('request')
    for (const each of handlers) server.server.on('request', each)
    for (const each of open) each()
    expect(await patient).toMatchObject(GOOD)
  })
})

describe('the retry budget', () => {
  const budget = { share: 0.2, perSecond: 0, most: 4 }

  test('keeps retries from multiplying an outage', async () => {
    const { client, servers, events } = await start(1, {
      retry: { firstPause: 1, longestPause: 1, budget },
      // The breaker would help too.
      breakFor: 1,
    })
    const [server] = servers as [BadServer]
    always(server, status(503))
    for (let round = 0; round < 100; round++) {
      await expect.poll(() => client.instances[0]?.isShut, { interval: 1 }).toBe(false)
      await read(client).catch(() => {})
    }
    // What was saved, and a fifth of a hundred. Trying again after the breaker let nothing through costs nothing.
    expect(server.calls.length).toBeLessThanOrEqual(100 + 4 + 20)
    expect(events.filter((event) => event === 'retry').length).toBeGreaterThanOrEqual(10)
    expect(events).toContain('retry_refused')
  })

  test('is not needed for what never reached a server', async () => {
    const { client, servers, events } = await start(2, {
      retry: { budget: { share: 0, perSecond: 0, most: 0 } },
    })
    await servers[0]?.close()
    for (let round = 0; round < 20; round++) expect(await write(client)).toMatchObject(GOOD)
    expect(events).toContain('retry')
    expect(events).not.toContain('retry_refused')
  })

  test('never lets a call that acts be repeated once a byte of it was sent', async () => {
    const { client, servers, events } = await start(2)
    for (const server of servers) always(server, hangUp)
    for (let round = 0; round < 5; round++) await expect(write(client)).rejects.toThrow('look before')
    expect(sum(servers)).toBe(5)
    expect(events).toEqual([])
  })
})

test('the budget leaves half of what can be saved up to retries, and fills with requests and with time', () => {
  let now = 0
  const budget = new RetryBudget({ share: 0.5, perSecond: 1, most: 4 }, () => now)
  expect([budget.spendOnHedge(), budget.spendOnHedge(), budget.spendOnHedge()]).toEqual([true, true, false])
  expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false])
  budget.earn()
  expect(budget.spend()).toBe(false)
  budget.earn()
  expect([budget.spend(), budget.spend()]).toEqual([true, false])
  now = 60_000
  expect([1, 2, 3, 4, 5].map(() => budget.spend())).toEqual([true, true, true, true, false])
})

describe('hedging', () => {
  /** Enough quick answers for the client to know how long they take. */
  async function warm(client: Client) {
    for (let round = 0; round < 100; round++) await read(client, { mayHedge: true })
  }

  test('asks a second instance when the first takes long, and calls the loser off', async () => {
    const { client, servers, events } = await start(2)
    await warm(client)
    const before = sum(servers)
    const gone: unknown[] = []
    // Whichever is asked first is silent.
    let isFirst = true
    const once: Behaviour = (request, response, message) => {
      if (!isFirst) return well(request, response, message)
      isFirst = false
      response.on('close', () => gone.push(response.writableFinished))
    }
    for (const server of servers) always(server, once)
    expect(await read(client, { mayHedge: true })).toMatchObject(GOOD)
    expect(sum(servers) - before).toBe(2)
    expect(events).toEqual(['hedge', 'hedge_won'])
    await expect.poll(() => gone).toEqual([false])
  })

  test('waits for the second when the first fails meanwhile', async () => {
    const { client, servers, events } = await start(2)
    await warm(client)
    const asked: Parameters<Behaviour>[] = []
    for (const server of servers) always(server, (...args) => void asked.push(args))
    const answer = read(client, { mayHedge: true })
    await expect.poll(() => asked).toHaveLength(2)
    const [first, second] = asked as [Parameters<Behaviour>, Parameters<Behaviour>]
    first[0].socket.destroy()
    well(...second)
    expect(await answer).toMatchObject(GOOD)
    expect(events).toContain('hedge')
  })

  test('does not happen where it is turned off, not asked for, or there is one instance', async () => {
    const alone = await start(1)
    const off = await start(2, { hedge: false })
    const plain = await start(2)
    for (const { client } of [alone, off, plain]) await warm(client)
    const slowly: Behaviour = (...args) => void setTimeout(() => well(...args), 120)
    for (const { servers } of [alone, off, plain]) for (const server of servers) always(server, slowly)
    await read(alone.client, { mayHedge: true })
    await read(off.client, { mayHedge: true })
    await read(plain.client)
    expect([...alone.events, ...off.events, ...plain.events]).toEqual([])
  })

  test('is paid from the budget of retries', async () => {
    const { client, servers, events } = await start(2, {
      retry: { budget: { share: 0, perSecond: 0, most: 1 } },
    })
    await warm(client)
    const slowly: Behaviour = (...args) => void setTimeout(() => well(...args), 150)
    for (const server of servers) always(server, slowly)
    await Promise.all([read(client, { mayHedge: true }), read(client, { mayHedge: true })])
    expect(events.filter((event) => event !== 'hedge_won').toSorted()).toEqual(['hedge', 'hedge_refused'])
  })

  test('ends with its caller', async () => {
    const { client, servers } = await start(2)
    await warm(client)
    let open = 0
    for (const server of servers)
      always(server, (_, response) => {
        open++
        response.on('close', () => open--)
      })
    const caller = new AbortController()
    const answer = read(client, { mayHedge: true, signal: caller.signal })
    await expect.poll(() => open).toBe(2)
    caller.abort(new Error('gone'))
    await expect(answer).rejects.toThrow('gone')
    await expect.poll(() => open).toBe(0)
  })

  test('ends also when its caller is gone in the very turn in which it is answered', async () => {
    const { client, servers } = await start(2, { maxInFlight: 1 })
    await warm(client)
    const params = { progressToken: 1, progress: 1 }
    const progress = { jsonrpc: '2.0', method: 'notifications/progress', params }
    // One write, so that both events are read in one turn.
    const both: Behaviour = (_, response, { id }) => {
      const events = [progress, { jsonrpc: '2.0', id, result: { content: [] } }]
      const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text)
    }
    for (const server of servers) always(server, both)
    const caller = new AbortController()
    const onNotification = () => queueMicrotask(() => caller.abort(new Error('gone')))
    await read(client, { mayHedge: true, signal: caller.signal, onNotification, meta: { progressToken: 1 } })
    for (const server of servers) always(server, well)
    expect(await read(client)).toMatchObject(GOOD)
  })
})

describe('the circuit breaker of an instance', () => {
  const failing = async (client: Client) => {
    for (let round = 0; round < 15; round++) await write(client).catch(() => {})
  }

  test('opens when most requests fail, so that the instance is passed over', async () => {
    const changes: string[] = []
    const { client, servers } = await start(2, {
      breakFor: 60_000,
      onBreaker: ({ breaker }) => void changes.push(breaker),
    })
    const [sick, healthy] = servers as [BadServer, BadServer]
    always(sick, status(502))
    for (let round = 0; round < 60; round++) await write(client).catch(() => {})
    expect(changes).toEqual(['open'])
    expect(client.instances.map(({ breaker }) => breaker)).toEqual(['open', 'closed'])
    const before = [sick.calls.length, healthy.calls.length]
    for (let round = 0; round < 20; round++) expect(await write(client)).toMatchObject(GOOD)
    expect([sick.calls.length, healthy.calls.length - (before[1] ?? 0)]).toEqual([before[0], 20])
  })

  test('refuses at once where there is no other instance, and says when to come back', async () => {
    const { client, servers } = await start(1, { breakFor: 60_000 })
    const [server] = servers as [BadServer]
    always(server, status(502))
    await failing(client)
    expect(server.calls).toHaveLength(10)
    const refused = write(client)
    await expect(refused).rejects.toThrow(UnavailableError)
    await expect(refused).rejects.toMatchObject({
      message: 'shop failed too often just now and is left alone for a moment.',
      retryAfter: 5,
    })
    expect(server.calls).toHaveLength(10)
  })

  test.each([0, 30])('opens after two answers that are too large and %i that were good', async (good) => {
    const { client, servers } = await start(1, { breakFor: 60_000, pool: { maxAnswer: 1000 } })
    const [server] = servers as [BadServer]
    for (let round = 0; round < good; round++) await write(client)
    always(server, answer('text/plain', 'x'.repeat(2000)))
    await failing(client)
    expect(server.calls).toHaveLength(good + 2)
    expect(client.instances[0]?.breaker).toBe('open')
  })

  test('lets one request try after a while, and closes when it succeeds', async () => {
    const changes: string[] = []
    const { client, servers } = await start(1, {
      breakFor: 50,
      onBreaker: ({ breaker }) => void changes.push(breaker),
    })
    const [server] = servers as [BadServer]
    always(server, status(502))
    await failing(client)
    const trying: Parameters<Behaviour>[] = []
    always(server, (...args) => void trying.push(args))
    await expect
      .poll(() => {
        void write(client).catch(() => {})
        return trying
      })
      .toHaveLength(1)
    expect(client.instances[0]?.breaker).toBe('half-open')
    await expect(write(client)).rejects.toThrow('left alone')
    expect(trying).toHaveLength(1)
    server.next.splice(0)
    well(...(trying[0] as Parameters<Behaviour>))
    await expect.poll(() => client.instances[0]?.breaker).toBe('closed')
    expect(await write(client)).toMatchObject(GOOD)
    expect(changes).toEqual(['open', 'closed'])
  })

  test('lets requests try ever more rarely while they fail', async () => {
    const breakFor = 40
    const { client, servers } = await start(1, { breakFor })
    const [server] = servers as [BadServer]
    always(server, status(502))
    await failing(client)
    const tried: number[] = []
    always(server, (...args) => {
      tried.push(performance.now())
      return status(502)(...args)
    })
    const countTries = () => write(client).then(undefined, () => tried.length)
    await expect.poll(countTries, { interval: 5, timeout: 5_000 }).toBe(4)
    const pauses = tried.slice(1).map((at, index) => at - (tried[index] ?? 0))
    // The clock of the breaker counts whole milliseconds.
    for (const [index, times] of [2, 4, 4].entries())
      expect(pauses[index]).toBeGreaterThanOrEqual(times * breakFor - 2)
  })

  test('closes when a probe finds that an instance which took no connection is back', async () => {
    const { client, servers } = await start(1, { breakFor: 60_000 })
    const [server] = servers as [BadServer]
    await write(client)
    const port = Number(new URL(server.url).port)
    await server.close()
    await failing(client)
    const [instance] = client.instances
    if (!instance) throw new Error('unreachable')
    expect(instance.breaker).toBe('open')
    await new Promise<void>((resolve) => server.server.listen(port, '127.0.0.1', resolve))
    await client.probe(instance)
    expect(instance.breaker).toBe('closed')
    expect(await write(client)).toMatchObject(GOOD)
  })

  test('does not open because callers are in a hurry, or ask for what is refused', async () => {
    const { client, servers } = await start(1)
    const [server] = servers as [BadServer]
    await write(client)
    always(server, neverAnswer)
    await Promise.all(
      Array.from({ length: 15 }, () => write(client, { timeout: 20, isHurried: true }).catch(() => {})),
    )
    always(server, status(429))
    await failing(client)
    expect(client.instances[0]?.breaker).toBe('closed')
    always(server, neverAnswer)
    await Promise.all(Array.from({ length: 25 }, () => write(client, { timeout: 20 }).catch(() => {})))
    expect(client.instances[0]?.breaker).toBe('open')
  })
})

test('no token is no fault of the server, and says so', async () => {
  const { client, servers } = await start(1, { timeout: 100 })
  await write(client)
  const away = () => Promise.reject(new UnavailableError('The identity provider cannot be reached.'))
  const never = () => new Promise<string>(() => {})
  for (let round = 0; round < 12; round++) {
    const refused = write(client, { credentials: { context: 'alice', token: away } })
    await expect(refused).rejects.toThrow(TokenUnavailableError)
    await expect(refused).rejects.toThrow('The identity provider cannot be reached.')
  }
  const waiting = Array.from({ length: 12 }, () =>
    write(client, { credentials: { context: 'alice', token: never }, timeout: 20 }).catch(() => {}),
  )
  await Promise.all(waiting)
  expect(client.instances[0]?.breaker).toBe('closed')
  expect(servers[0]?.calls).toHaveLength(1)
})

describe('requests at once', () => {
  test('to one instance are bounded, and go elsewhere', async () => {
    const { client, servers, events } = await start(2, { maxInFlightPerInstance: 3 })
    const waiting: Parameters<Behaviour>[] = []
    for (const server of servers) always(server, (...args) => void waiting.push(args))
    const calls = Array.from({ length: 6 }, () => write(client))
    await expect.poll(() => waiting).toHaveLength(6)
    expect(servers.map(({ calls }) => calls.length)).toEqual([3, 3])
    const refused = write(client)
    await expect(refused).rejects.toThrow(OverloadedError)
    await expect(refused).rejects.toMatchObject({ code: 'OVERLOADED', retryable: true, retryAfter: 1 })
    expect(events).toEqual(['shed'])
    for (const each of waiting) well(...each)
    for (const each of calls) expect(await each).toMatchObject(GOOD)
    for (const server of servers) server.next.splice(0)
    expect(await write(client)).toMatchObject(GOOD)
  })

  test('to all instances together are bounded, and looks still get through', async () => {
    const { client, servers } = await start(2, { maxInFlight: 4, maxInFlightPerInstance: 2 })
    for (const instance of client.instances) await client.probe(instance)
    const waiting: Parameters<Behaviour>[] = []
    for (const server of servers) always(server, (...args) => void waiting.push(args))
    const calls = Array.from({ length: 4 }, () => write(client))
    await expect.poll(() => waiting).toHaveLength(4)
    await expect(read(client)).rejects.toThrow(OverloadedError)
    for (const instance of client.instances) await client.probe(instance)
    for (const server of servers) server.next.splice(0)
    await client.request('tools/list', {}, { isSteady: true })
    for (const each of waiting) well(...each)
    await Promise.all(calls)
  })
})

test('what is asked of every server is not asked of a slow instance', async () => {
  const { client, servers } = await start(2, { slowAfter: 100 })
  const [first, second] = client.instances
  const [slow, quick] = servers as [BadServer, BadServer]
  if (!first || !second) throw new Error('unreachable')
  const handlers = slow.server.listeners('request') as ((...args: unknown[]) => void)[]
  slow.server.removeAllListeners('request')
  slow.server.on('request', (...args) => void setTimeout(() => handlers[0]?.(...args), 150))
  await client.probe(first)
  await client.probe(second)
  expect([first.health, second.health]).toEqual(['degraded', 'healthy'])
  for (let round = 0; round < 10; round++) await client.request('tools/list', {}, { isFanOut: true })
  expect([slow.calls.length, quick.calls.length]).toEqual([0, 10])
})
