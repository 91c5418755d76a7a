import { NotFoundError, UnavailableError } from '@atoll/errors'
import { McpServer } from '@modelcontextprotocol/server'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  anonymous,
  type FleetOptions,
  gatewayServers,
  listedServers,
  OutcomeUnknownError,
  openFleet,
} from '../../src/index.ts'
import { badServer, hangUp } from '../servers/bad.ts'
import { listen } from '../servers/listen.ts'
import { modernServer } from '../servers/mcp.ts'
import { ledger, shop } from '../servers/shop.ts'

const closing: { close(): Promise<void> | void }[] = []
afterEach(async () => {
  for (const item of closing.splice(0).reverse()) await item.close()
})

async function fleetOf(source: FleetOptions['source']) {
  const client = { timeout: 2_000, retry: { firstPause: 1, longestPause: 2 } }
  const fleet = await openFleet({ source, credentials: () => anonymous, client })
  closing.push(fleet)
  return fleet
}

/** A server of one tool, which is only read. */
async function library() {
  const server = await modernServer(() => {
    const library = new McpServer({ name: 'library', version: '1.0.0' })
    library.registerTool(
      'find_book',
      { description: 'Finds', inputSchema: z.object({}), annotations: { readOnlyHint: true } },
      () => ({ content: [{ type: 'text', text: 'Moby-Dick' }] }),
    )
    return library
  })
  closing.push(server)
  return server
}

async function shopServer(log = ledger()) {
  const server = await modernServer(() => shop(log))
  closing.push(server)
  return server
}

describe('a fleet', () => {
  test('offers the tools of all its servers and calls each where it is', async () => {
    const [shops, books] = [await shopServer(), await library()]
    const fleet = await fleetOf(listedServers({ shop: [shops.url], library: [books.url] }))
    expect((await fleet.tools()).map(({ server, name }) => [server, name])).toEqual([
      ['library', 'find_book'],
      ['shop', 'get_price'],
      ['shop', 'count_slowly'],
      ['shop', 'wait_for_ever'],
    ])
    expect(await fleet.call('shop', 'get_price', { product: 'tea' })).toMatchObject({
      content: [{ text: 'tea costs 3' }],
    })
    expect(await fleet.call('library', 'find_book', {})).toMatchObject({ content: [{ text: 'Moby-Dick' }] })
  })

  test('says what there is not', async () => {
    const fleet = await fleetOf(listedServers({ library: [(await library()).url] }))
    await expect(fleet.call('shop', 'get_price', {})).rejects.toThrow(NotFoundError)
    await expect(fleet.call('library', 'get_price', {})).rejects.toThrow(NotFoundError)
  })

  test('spreads calls over the instances of a server, and goes on when one dies', async () => {
    const logs = [ledger(), ledger()]
    const servers = [await shopServer(logs[0]), await shopServer(logs[1])]
    const fleet = await fleetOf(listedServers({ shop: servers.map(({ url }) => url) }))
    for (let round = 0; round < 40; round++) await fleet.call('shop', 'get_price', { product: 'tea' })
    expect(Math.min(...logs.map(({ calls }) => calls.length))).toBeGreaterThan(0)
    await servers[0]?.close()
    for (let round = 0; round < 10; round++) await fleet.call('shop', 'get_price', { product: 'tea' })
  })

  test('finds the instance that is there among others that are not', async () => {
    const gone = await listen(() => {})
    await gone.close()
    const books = await library()
    const fleet = await fleetOf(listedServers({ library: [gone.url, books.url, 'http://127.0.0.1:1/mcp'] }))
    expect((await fleet.tools()).map(({ name }) => name)).toEqual(['find_book'])
    expect(await fleet.call('library', 'find_book', {})).toMatchObject({ content: [{ text: 'Moby-Dick' }] })
  })

  test('keeps listing what a server that is away offered last, and says how old that is', async () => {
    const books = await badServer()
    closing.push(books)
    const list = (
      response: { end(text: string): unknown; setHeader(name: string, value: string): unknown },
      id: number,
    ) => {
      response.setHeader('content-type', 'application/json')
      const tools = [{ name: 'find_book', inputSchema: { type: 'object' } }]
      // Fresh for no time at all, so that it is asked for again at once.
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { tools, ttlMs: 0, cacheScope: 'public' } }))
    }
    books.next.push((_, response, { id }) => list(response, id))
    const fleet = await fleetOf(listedServers({ library: [books.url] }))
    const names = async () => (await fleet.tools()).map(({ name }) => name)
    expect(await names()).toEqual(['find_book'])
    await books.close()
    const [old] = await fleet.tools()
    const [older] = await fleet.tools()
    expect(old?.name).toBe('find_book')
    expect(older?.age).toBeGreaterThan(Number(old?.age))
  })

  test('calls within the time of the call, which finding out about the tool is part of', async () => {
    const silent = await listen(() => {})
    closing.push(silent)
    const fleet = await openFleet({
      source: listedServers({ library: [silent.url] }),
      credentials: () => anonymous,
      client: { timeout: 60_000 },
    })
    closing.push(fleet)
    const late = fleet.call('library', 'find_book', {}, { timeout: 50 })
    await expect(late).rejects.toThrow('library did not answer within 0.05 s.')
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(fleet.call('library', 'find_book', {}, { signal })).rejects.toThrow('gone')
  })

  test('answers with the fallback where a server cannot be had, and not where it may have acted', async () => {
    const books = await library()
    const fleet = await fleetOf(listedServers({ library: [books.url] }))
    await fleet.tools()
    await books.close()
    const fallback = (error: unknown) => ({ content: [{ type: 'text', text: String(error) }] })
    expect(await fleet.call('library', 'find_book', {}, { fallback })).toMatchObject({
      content: [{ text: expect.stringContaining('library cannot be reached right now.') }],
    })
    await expect(fleet.call('library', 'find_book', {})).rejects.toThrow(UnavailableError)

    const till = await badServer()
    closing.push(till)
    till.next.push((_, response, { id }) => {
      const tools = [{ name: 'pay', inputSchema: { type: 'object' } }]
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({ jsonrpc: '2.0', id, result: { tools, ttlMs: 60_000, cacheScope: 'public' } }),
      )
    }, hangUp)
    const other = await fleetOf(listedServers({ till: [till.url] }))
    await expect(other.call('till', 'pay', {}, { fallback })).rejects.toThrow(OutcomeUnknownError)
  })
})

describe('servers that a gateway knows', () => {
  /** A gateway's `/services`, saying what `services` holds at the time. */
  async function services(places: Record<string, { url: string; state?: string }[]>) {
    const said = { places }
    const server = await listen((_, response) => {
      const list = Object.entries(said.places).map(([name, instances]) => ({
        name,
        instances: instances.map(({ url, state = 'serving' }) => ({ url, state })),
      }))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ services: list }))
    })
    closing.push(server)
    return { ...server, said }
  }

  test('are found, and followed as they come, drain and go', async () => {
    const [first, second, books] = [await shopServer(), await shopServer(), await library()]
    const gateway = await services({ shop: [{ url: first.url }] })
    const fleet = await fleetOf(gatewayServers(gateway.url, { every: 20 }))
    const named = async () => [...new Set((await fleet.tools()).map(({ server }) => server))]
    expect(await named()).toEqual(['shop'])
    gateway.said.places = {
      shop: [{ url: first.url, state: 'draining' }, { url: second.url }],
      library: [{ url: books.url }],
    }
    await expect.poll(named).toEqual(['library', 'shop'])
    const before = first.arrivals.length
    for (let round = 0; round < 10; round++) await fleet.call('shop', 'get_price', { product: 'tea' })
    expect(first.arrivals.length).toBe(before)
    gateway.said.places = { library: [{ url: books.url }] }
    await expect.poll(named).toEqual(['library'])
  })

  test('stay as they are while the gateway is away', async () => {
    const errors: unknown[] = []
    const gateway = await services({ shop: [{ url: (await shopServer()).url }] })
    const fleet = await fleetOf(
      gatewayServers(gateway.url, { every: 20, onError: (error) => errors.push(error) }),
    )
    await gateway.close()
    await expect.poll(() => errors.length).toBeGreaterThan(0)
    expect(await fleet.call('shop', 'get_price', { product: 'tea' })).toMatchObject({ content: [{}] })
  })

  test('are followed on when one of them cannot be used', async () => {
    const [shops, books] = [await shopServer(), await library()]
    const gateway = await services({ shop: [{ url: shops.url }] })
    const errors: unknown[] = []
    const fleet = await openFleet({
      source: gatewayServers(gateway.url, { every: 20, onError: (error) => errors.push(error) }),
      credentials: (server) => {
        if (server === 'bank') throw new Error('No token for the bank')
        return anonymous
      },
    })
    closing.push(fleet)
    gateway.said.places = {
      bank: [{ url: shops.url }],
      library: [{ url: books.url }],
      shop: [{ url: shops.url }],
    }
    const named = async () => [...new Set((await fleet.tools()).map(({ server }) => server))]
    await expect.poll(named).toEqual(['library', 'shop'])
    await expect.poll(() => errors.length).toBeGreaterThan(1)
    expect(errors[0]).toMatchObject({ message: 'No token for the bank' })
    gateway.said.places = { library: [{ url: books.url }] }
    await expect.poll(named).toEqual(['library'])
  })

  test('cannot be found at a gateway that never answered', async () => {
    const gateway = await services({})
    await gateway.close()
    await expect(fleetOf(gatewayServers(gateway.url))).rejects.toThrow(UnavailableError)
  })
})
