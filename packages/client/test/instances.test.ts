import { UnavailableError } from '@atoll/errors'
import { afterEach, describe, expect, test } from 'vitest'
import { choose } from '../src/choose.ts'
import { Client, type ClientOptions, OutcomeUnknownError } from '../src/index.ts'
import { Latency } from '../src/latency.ts'
import { type BadServer, badServer, hangUp, neverAnswer, well } from './servers/bad.ts'
import { legacyServer, type McpTestServer, modernServer } from './servers/mcp.ts'
import { ledger, shop } from './servers/shop.ts'

const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const item of closing.splice(0)) await item.close()
})

/** A client of one server with so many instances, in the order of their URLs. */
async function start(count: number, options: Partial<ClientOptions> = {}) {
  const started = await Promise.all(Array.from({ length: count }, () => badServer()))
  const servers = started.toSorted((a, b) => (a.url < b.url ? -1 : 1))
  const places = servers.map(({ url }) => ({ url }))
  const url = 'https://shop.example/mcp'
  const client = new Client({ url, name: 'shop', timeout: 2000, instances: places, ...options })
  closing.push(client, ...servers)
  return { client, servers, places }
}

const call = (client: Client, isRepeatable = false) =>
  client.request('tools/call', { name: 'do', arguments: {} }, { isRepeatable })
const callsOf = (servers: readonly BadServer[]) => servers.map(({ calls }) => calls.length)

describe('requests', () => {
  test('go to all instances, each over connections that are kept', async () => {
    const { client, servers } = await start(3)
    for (let round = 0; round < 60; round++) await call(client)
    const calls = callsOf(servers)
    expect(calls.reduce((sum, count) => sum + count)).toBe(60)
    expect(Math.min(...calls)).toBeGreaterThan(0)
    // One for the handshake and one for the calls at most.
    for (const server of servers) expect(server.connections()).toBeLessThanOrEqual(2)
  })

  test('go around an instance that is busy', async () => {
    const { client, servers } = await start(2)
    const [busy, free] = servers as [BadServer, BadServer]
    for (const instance of client.instances) await client.probe(instance)
    busy.next.push(...Array.from({ length: 50 }, () => neverAnswer))
    const waiting = Array.from({ length: 40 }, () => call(client).catch(() => {}))
    await expect.poll(() => free.calls.length + busy.calls.length).toBe(40)
    for (let round = 0; round < 20; round++) await call(client)
    expect(free.calls.length).toBeGreaterThan(busy.calls.length + 15)
    client.setInstances([])
    for (const { server } of servers) server.closeAllConnections()
    await Promise.all(waiting)
  })

  test('go where the weights say, and a light one gets its part', async () => {
    const { client, servers, places } = await start(2)
    client.setInstances(places.map((place, index) => ({ ...place, weight: index === 0 ? 3 : 1 })))
    for (const instance of client.instances) await client.probe(instance)
    for (const { next } of servers) next.push(...Array.from({ length: 40 }, () => neverAnswer))
    const waiting = Array.from({ length: 40 }, () => call(client).catch(() => {}))
    await expect.poll(() => callsOf(servers).reduce((sum, count) => sum + count)).toBe(40)
    const [heavy = 0, light = 0] = callsOf(servers)
    expect(heavy).toBeGreaterThan(light)
    expect(light).toBeGreaterThan(0)
    client.setInstances([])
    for (const { server } of servers) server.closeAllConnections()
    await Promise.all(waiting)
  })

  test('go to another instance when one takes no connection, whatever they do', async () => {
    const { client, servers } = await start(2)
    await servers[0]?.close()
    for (let round = 0; round < 20; round++) await call(client)
    expect(servers[1]?.calls).toHaveLength(20)
  })

  test('go to another instance when one never says what it speaks, whatever they do', async () => {
    const { client, servers } = await start(2, { timeout: 100 })
    const [silent, well] = servers as [BadServer, BadServer]
    silent.server.removeAllListeners('request')
    const patiently = () => client.request('tools/call', { name: 'do', arguments: {} }, { timeout: 3000 })
    await Promise.all(Array.from({ length: 20 }, patiently))
    expect(well.calls).toHaveLength(20)
    client.setInstances([{ url: silent.url }])
    await expect(patiently()).rejects.toThrow('shop cannot be reached right now.')
  })

  test('go to another instance after a break under way only where they may be repeated', async () => {
    const { client, servers } = await start(2)
    for (const server of servers) server.next.push(hangUp)
    expect(await call(client, true).catch((error: unknown) => error)).toMatchObject({
      content: [{ text: 'well done' }],
    })
    for (const server of servers) server.next.splice(0, 9, hangUp)
    const sent = callsOf(servers).reduce((sum, count) => sum + count)
    await expect(call(client)).rejects.toThrow(OutcomeUnknownError)
    expect(callsOf(servers).reduce((sum, count) => sum + count)).toBe(sent + 1)
  })

  test('say that there is nobody when there is no instance', async () => {
    const { client } = await start(0)
    await expect(call(client)).rejects.toThrow(UnavailableError)
    await expect(client.list('tools')).rejects.toThrow('shop cannot be reached right now.')
    await expect(client.listen({}, { onNotification() {} })).rejects.toThrow(UnavailableError)
  })
})

describe('an instance', () => {
  test('that drains gets nothing more, and finishes what it has', async () => {
    const { client, servers, places } = await start(2)
    const finish: (() => void)[] = []
    for (const server of servers) server.next.push((...sent) => finish.push(() => well(...sent)))
    const inFlight = [call(client), call(client)]
    await expect.poll(() => finish).toHaveLength(2)
    const before = callsOf(servers)
    client.setInstances(places.map((place, index) => ({ ...place, isDraining: index === 0 })))
    for (let round = 0; round < 20; round++) await call(client)
    expect(servers[0]?.calls).toHaveLength(before[0] ?? 0)
    for (const each of finish) each()
    for (const each of inFlight) expect(await each).toMatchObject({ content: [{ text: 'well done' }] })
  })

  test('that is no longer named finishes what it has, and its connections close', async () => {
    const { client, servers } = await start(1)
    const [server] = servers as [BadServer]
    const finish: (() => void)[] = []
    server.next.push((...sent) => finish.push(() => well(...sent)))
    const inFlight = call(client)
    await expect.poll(() => finish).toHaveLength(1)
    client.setInstances([])
    await expect(call(client)).rejects.toThrow(UnavailableError)
    finish[0]?.()
    expect(await inFlight).toMatchObject({ content: [{ text: 'well done' }] })
    const open = () => new Promise((resolve) => server.server.getConnections((_, count) => resolve(count)))
    await expect.poll(open).toBe(0)
  })

  test('that is no longer named while it is probed is not said to be unhealthy', async () => {
    const told: string[] = []
    const { client, servers } = await start(1, { onHealth: ({ health }) => void told.push(health) })
    const [instance] = client.instances
    if (!instance) throw new Error('unreachable')
    const arrived = Promise.withResolvers<void>()
    servers[0]?.server.removeAllListeners('request').on('request', () => arrived.resolve())
    const probe = client.probe(instance)
    await arrived.promise
    client.setInstances([])
    await expect(probe).rejects.toThrow(UnavailableError)
    expect([instance.health, told]).toEqual(['unknown', []])
  })

  test('that fails its probe is called only when there is no better', async () => {
    const seen: unknown[] = []
    const { client, servers } = await start(2, { onHealth: ({ health }) => seen.push(health) })
    await servers[0]?.close()
    const [gone, well] = client.instances
    if (!gone || !well) throw new Error('unreachable')
    await expect(client.probe(gone)).rejects.toThrow('shop cannot be reached right now.')
    await expect(client.probe(gone)).rejects.toThrow(UnavailableError)
    await client.probe(well)
    expect([gone.health, well.health, seen]).toEqual(['unhealthy', 'healthy', ['unhealthy', 'healthy']])
    for (let round = 0; round < 10; round++) await call(client)
    expect(servers[1]?.calls).toHaveLength(10)
    client.setInstances([{ url: gone.url.href }])
    await expect(call(client)).rejects.toThrow('shop cannot be reached right now.')
  })

  test('that answers slowly is called, and not asked for what is asked once', async () => {
    const { client, servers } = await start(2, { slowAfter: Number.MIN_VALUE })
    const [first, second] = client.instances
    if (!first || !second) throw new Error('unreachable')
    await client.probe(first)
    expect([first.health, second.health]).toEqual(['degraded', 'unknown'])
    for (let round = 0; round < 5; round++) await call(client)
    expect(callsOf(servers)).toEqual([5, 0])
  })
})

test('an instance that is new is not taken for slow before it has answered, one that was healthy is', async () => {
  const { client, servers } = await start(1, { slowAfter: 20 })
  const [instance] = client.instances
  const [server] = servers as [BadServer]
  if (!instance) throw new Error('unreachable')
  const meanwhile: string[] = []
  const [handle] = server.server.listeners('request') as ((...args: unknown[]) => void)[]
  server.server.removeAllListeners('request')
  const slowly = (...args: unknown[]) => {
    const answer = () => {
      meanwhile.push(instance.health)
      handle?.(...args)
    }
    setTimeout(answer, 100)
  }
  server.server.on('request', slowly)
  await client.probe(instance)
  server.server.off('request', slowly)
  server.server.on('request', handle ?? slowly)
  await expect.poll(() => client.probe(instance).then(() => instance.health)).toBe('healthy')
  server.server.removeAllListeners('request')
  server.server.on('request', slowly)
  await client.probe(instance)
  expect(meanwhile).toEqual(['unknown', 'degraded'])
})

test('what is asked of the same instance each time goes to one that is healthy', async () => {
  const { client, servers } = await start(3)
  const steadily = () => client.request('tools/list', {}, { isSteady: true })
  for (const instance of client.instances) await client.probe(instance)
  for (let round = 0; round < 5; round++) await steadily()
  expect(callsOf(servers)).toEqual([5, 0, 0])
  await servers[0]?.close()
  await steadily()
  const first = client.instances[0]
  if (first) await client.probe(first).catch(() => {})
  for (let round = 0; round < 5; round++) await steadily()
  expect(servers[1]?.calls.length).toBeGreaterThanOrEqual(5)
})

describe('a probe', () => {
  const opening = { modern: modernServer, legacy: legacyServer }
  const probes = { modern: 'server/discover', legacy: 'ping' }

  test.each(['modern', 'legacy'] as const)('speaks the words of a server of the %s era', async (era) => {
    const server: McpTestServer = await opening[era](() => shop(ledger()))
    const client = new Client({ url: server.url, name: 'shop', timeout: 2000 })
    closing.push(client, server)
    const [instance] = client.instances
    if (!instance) throw new Error('unreachable')
    await client.probe(instance)
    const before = server.arrivals.length
    await client.probe(instance)
    expect(server.arrivals.slice(before).map(({ method }) => method)).toEqual([probes[era]])
    expect(instance).toMatchObject({ health: 'healthy', discovery: { era } })
  })

  test('is over at its deadline', async () => {
    const { client, servers } = await start(1, { timeout: 100 })
    servers[0]?.server.removeAllListeners('request')
    const [instance] = client.instances
    if (!instance) throw new Error('unreachable')
    await expect(client.probe(instance)).rejects.toThrow('did not answer within 0.1 s')
    expect(instance.health).toBe('unhealthy')
  })
})

describe('of two picked by chance', () => {
  const of = (inFlight: number, latency: number, isResting = false, isShut = false) => ({
    ...{ inFlight, latency, isResting, isShut, weight: 1 },
  })

  test('the one is chosen that will be done sooner', () => {
    const quick = of(3, 10)
    expect(choose([of(0, 50), quick])).toBe(quick)
    const idle = of(0, 50)
    expect(choose([of(9, 10), idle])).toBe(idle)
  })

  test('a newcomer counts by how busy it is, and so do those that are about as quick', () => {
    const known = of(1, 5)
    expect(choose([known, of(2, 0)])).toBe(known)
    expect(choose([known, of(2, 3)])).toBe(known)
  })

  test('one that is to have more may be busier by as much', () => {
    const heavy = { ...of(5, 0), weight: 3 }
    expect(choose([of(2, 0), heavy])).toBe(heavy)
    const light = of(1, 0)
    expect(choose([light, heavy])).toBe(light)
  })

  test('both are chosen when neither is better', () => {
    const [one, two] = [of(0, 3), of(0, 4)]
    const chosen = new Set(Array.from({ length: 50 }, () => choose([one, two])))
    expect(chosen).toEqual(new Set([one, two]))
  })

  test('one that rests or was tried is left out while there is another', () => {
    const resting = of(0, 1, true)
    const tried = of(0, 1)
    const other = of(50, 900)
    for (let round = 0; round < 20; round++) expect(choose([resting, tried, other], [tried])).toBe(other)
    expect(choose([resting, tried], [tried])).toBe(resting)
    expect(choose([tried], [tried])).toBe(tried)
  })
})

describe('the latency of an instance', () => {
  let now = 0
  const latencyOf = (...answers: number[]) => {
    const latency = new Latency(() => now)
    for (const each of answers) latency.add(each)
    return latency
  }

  test('is that of its answers of late, without the first', () => {
    expect(latencyOf(500).value).toBe(0)
    expect(latencyOf(500, 10, 10).value).toBe(10)
    expect(latencyOf(500, 10, ...Array.from({ length: 60 }, () => 20)).value).toBeCloseTo(20, 1)
  })

  test('fades, so that whoever was slow once is asked again and can show better', () => {
    const latency = latencyOf(500, 800)
    now += 1000
    expect(latency.value).toBe(400)
    now += 9000
    expect(latency.value).toBeCloseTo(800 / 11)
    latency.add(10)
    expect(latency.value).toBeLessThan(90)
  })
})
