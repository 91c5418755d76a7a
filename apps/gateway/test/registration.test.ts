import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ServiceView } from '../src/services-view.ts'
import { newSite, type Site, startGateway, type TestGateway } from './fixture/fleet.ts'
import { offering, rawServer } from './fixture/raw-server.ts'
import { tillProcess } from './fixture/till-process.ts'

const SECRET = 'a secret that only instances of the till know'
const AUDIENCE = 'http://till.test/mcp'
const TILL = {
  name: 'till',
  audience: AUDIENCE,
  register: {
    urls: ['http://127.0.0.1:*/mcp'],
    secret: `sha256:${createHash('sha256').update(SECRET).digest('hex')}`,
  },
}
const CASHIER = { scopes: ['till:pay'] }
/** Longer than any test, and short. */
const LONG = { GATEWAY_LEASE: '10m' }

function register(origin: string, body: unknown, secret = SECRET) {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  return fetch(`${origin}/register`, { method: 'POST', headers, body: JSON.stringify(body) })
}

const saying = (url: string, state = 'ready', instance = 'one') => ({ server: 'till', url, instance, state })

/** What the gateway shows of the till, or of the server at that place. */
async function shown({ origin }: TestGateway, method = 'GET', index = 0): Promise<ServiceView> {
  const response = await fetch(`${origin}/services`, { method })
  const { services } = (await response.json()) as { services: [ServiceView, ...ServiceView[]] }
  return services[index] ?? services[0]
}

/** The same after a look. */
const till = (gateway: TestGateway) => shown(gateway, 'POST')

async function codeOf(answer: Response) {
  return ((await answer.json()) as { error: { code: string } }).error.code
}

describe('an instance that registers', () => {
  test('is called, and shows with its lease', async () => {
    const raw = await rawServer()
    const gateway = await startGateway(await newSite(), [TILL], { env: LONG })
    expect(await till(gateway)).toMatchObject({
      state: 'down',
      instances: [],
      lastError: { message: 'till has no instance right now.' },
    })
    const answer = await register(gateway.origin, saying(raw.url))
    expect([answer.status, await answer.json()]).toEqual([200, { leaseMs: 600_000, heartbeatMs: 200_000 }])
    expect(await till(gateway)).toMatchObject({
      state: 'up',
      tools: ['till__echo'],
      instances: [
        {
          url: raw.url,
          sources: ['registration'],
          health: 'healthy',
          state: 'serving',
          leaseMs: expect.any(Number),
        },
      ],
    })
    const client = await gateway.connect()
    const result = await client.callTool({ name: 'till__echo', arguments: {} })
    expect(result).toMatchObject({ content: [{ text: 'echo' }] })
  })

  // Long enough for the look at it that a registration asks for.
  test('and falls silent is gone within its lease, and its tools stay listed', async () => {
    const raw = await rawServer()
    const gateway = await startGateway(await newSite(), [TILL], { env: { GATEWAY_LEASE: '2s' } })
    await register(gateway.origin, saying(raw.url))
    await expect.poll(async () => (await shown(gateway)).tools, { timeout: 5000 }).toEqual(['till__echo'])
    await expect.poll(async () => (await shown(gateway)).instances, { timeout: 5000 }).toEqual([])
    const client = await gateway.connect()
    expect(await client.callTool({ name: 'till__echo', arguments: {} })).toMatchObject({
      isError: true,
      _meta: { 'dev.atoll/error': { code: 'UNAVAILABLE', retryable: true } },
    })
    expect(raw.requests.filter(({ method }) => method === 'tools/call')).toEqual([])
  })

  test('and says goodbye gets nothing more, and finishes what it has', async () => {
    const [leaving, staying] = [await rawServer(), await rawServer()]
    const gateway = await startGateway(await newSite(), [TILL], { env: LONG })
    await register(gateway.origin, saying(leaving.url))
    expect((await till(gateway)).state).toBe('up')
    const client = await gateway.connect()
    let finish = () => {}
    leaving.behave = (request) => {
      if (request.method === 'tools/call') finish = () => offering('echo')(request)
      else offering('echo')(request)
    }
    const inFlight = client.callTool({ name: 'till__echo', arguments: {} })
    const calls = (raw: typeof leaving) => raw.requests.filter(({ method }) => method === 'tools/call').length
    await expect.poll(() => calls(leaving)).toBe(1)
    await register(gateway.origin, saying(staying.url))
    await register(gateway.origin, saying(leaving.url, 'draining'))
    for (let round = 0; round < 10; round++) await client.callTool({ name: 'till__echo', arguments: {} })
    expect([calls(leaving), calls(staying)]).toEqual([1, 10])
    // A heartbeat that was overtaken does not bring it back.
    await register(gateway.origin, saying(leaving.url))
    const { instances } = await till(gateway)
    expect(instances.find(({ url }) => url === leaving.url)).toMatchObject({
      state: 'draining',
    })
    finish()
    expect(await inFlight).toMatchObject({ content: [{ text: 'echo' }] })
  })

  test('is not sent away by a late goodbye of the process before it', async () => {
    const raw = await rawServer()
    const gateway = await startGateway(await newSite(), [TILL], { env: LONG })
    await register(gateway.origin, saying(raw.url, 'ready', 'before'))
    await register(gateway.origin, saying(raw.url, 'ready', 'after'))
    await register(gateway.origin, saying(raw.url, 'draining', 'before'))
    expect(await till(gateway)).toMatchObject({ instances: [{ state: 'serving' }] })
    await register(gateway.origin, saying(raw.url, 'draining', 'after'))
    expect(await till(gateway)).toMatchObject({ instances: [{ state: 'draining' }], state: 'down' })
  })

  test('may be one that the configuration names too', async () => {
    const raw = await rawServer()
    const { register: registering, ...rest } = TILL
    const gateway = await startGateway(await newSite(), [{ ...rest, urls: [raw.url], register: registering }])
    await register(gateway.origin, saying(raw.url, 'draining'))
    expect(await till(gateway)).toMatchObject({
      instances: [{ sources: ['configuration', 'registration'], state: 'draining' }],
    })
    await register(gateway.origin, saying(raw.url, 'ready', 'two'))
    expect(await till(gateway)).toMatchObject({ instances: [{ state: 'serving' }], state: 'up' })
  })
})

describe('a registration', () => {
  const URL = 'http://127.0.0.1:4000/mcp'

  test.each([
    ['no secret', saying(URL), '', 401, 'UNAUTHORIZED'],
    ['a wrong secret', saying(URL), 'guess', 401, 'UNAUTHORIZED'],
    ['a server that may not register', { ...saying(URL), server: 'hr' }, SECRET, 401, 'UNAUTHORIZED'],
    ['a server that is not there', { ...saying(URL), server: 'x' }, SECRET, 401, 'UNAUTHORIZED'],
    ['another host', saying('http://169.254.169.254:80/mcp'), SECRET, 403, 'FORBIDDEN'],
    ['another path', saying('http://127.0.0.1:4000/admin'), SECRET, 403, 'FORBIDDEN'],
    ['no web address', saying('file:///etc/passwd'), SECRET, 400, 'INVALID'],
    ['an unknown state', saying(URL, 'gone'), SECRET, 400, 'INVALID'],
    ['nothing', {}, SECRET, 400, 'INVALID'],
  ])('with %s is refused', async (_, body, secret, status, code) => {
    const raw = await rawServer()
    const gateway = await startGateway(await newSite(), [TILL, { name: 'hr', url: raw.url }])
    const answer = await register(gateway.origin, body, secret)
    expect([answer.status, await codeOf(answer)]).toEqual([status, code])
    expect((await shown(gateway, 'GET', 1)).instances).toEqual([])
  })

  test('is limited in how often it may be wrong', async () => {
    const gateway = await startGateway(await newSite(), [TILL])
    for (let round = 0; round < 30; round++) await register(gateway.origin, saying(URL), 'guess')
    const answer = await register(gateway.origin, saying(URL), 'guess')
    expect([answer.status, answer.headers.has('retry-after')]).toEqual([429, true])
    expect((await register(gateway.origin, saying(URL))).status).toBe(200)
  })

  test('is not there where no server may register', async () => {
    const raw = await rawServer()
    const gateway = await startGateway(await newSite(), [{ name: 'hr', url: raw.url }])
    expect((await register(gateway.origin, saying(URL))).status).toBe(404)
  })
})

describe('processes of the kit', () => {
  function environment(site: Site) {
    return {
      PUBLIC_URL: AUDIENCE,
      AUTH_ISSUERS: JSON.stringify(site.issuers),
      LEDGER: join(site.directory, 'ledger'),
      REGISTRY_URL: `${site.origin}/register`,
      REGISTRY_SECRET: SECRET,
    }
  }

  test('replace each other under load without a failed call, and no call is made twice', async () => {
    const site = await newSite()
    const gateway = await startGateway(site, [TILL], { env: { GATEWAY_LEASE: '5s', GATEWAY_RATE: '9000/s' } })
    const started = async () => {
      const process = await tillProcess(environment(site))
      const serving = async () => {
        const { instances } = await shown(gateway)
        return instances.find(({ url }) => url === process.url)?.health
      }
      await expect.poll(serving, { timeout: 20_000, message: process.output() }).toBe('healthy')
      return process
    }
    const first = await started()
    const client = await gateway.connect({ as: CASHIER })
    const paid: string[] = []
    const failed: unknown[] = []
    const answeredBy = new Set<unknown>()
    let isOver = false
    const customer = async (name: number) => {
      for (let count = 0; !isOver; count++) {
        const id = `${name}-${count}`
        const result = await client.callTool({ name: 'till__pay', arguments: { id } })
        if (result.isError) failed.push(result.content)
        else paid.push(id)
        answeredBy.add((result.structuredContent as { pid?: number } | undefined)?.pid)
      }
    }
    const customers = [0, 1, 2, 3, 4, 5, 6, 7].map(customer)
    const second = await started()
    expect(await first.stop('SIGTERM'), first.output()).toBe(0)
    const third = await started()
    expect(await second.stop('SIGTERM'), second.output()).toBe(0)
    const before = paid.length
    await expect.poll(() => paid.length).toBeGreaterThan(before + 20)
    isOver = true
    await Promise.all(customers)
    expect(failed).toEqual([])
    const ledger = readFileSync(join(site.directory, 'ledger'), 'utf8').trim().split('\n')
    expect(ledger.toSorted()).toEqual(paid.toSorted())
    expect(answeredBy).toEqual(new Set([first.pid, second.pid, third.pid]))
  }, 60_000)

  test('that are told to stop get nothing more from then on, although they still serve', async () => {
    const site = await newSite()
    const gateway = await startGateway(site, [TILL], { env: LONG })
    const slowly = { ...environment(site), DRAIN_DELAY_MS: '60000' }
    const [leaving, staying] = [await tillProcess(slowly), await tillProcess(environment(site))]
    const states = async () => {
      const { instances } = await shown(gateway)
      return Object.fromEntries(instances.map(({ url, health, state }) => [url, `${health} ${state}`]))
    }
    const both = { [leaving.url]: 'healthy serving', [staying.url]: 'healthy serving' }
    await expect.poll(states, { timeout: 20_000 }).toEqual(both)
    process.kill(leaving.pid, 'SIGTERM')
    await expect.poll(states, { timeout: 5000 }).toEqual({ ...both, [leaving.url]: 'healthy draining' })
    expect((await fetch(leaving.url.replace('/mcp', '/health'))).status).toBe(200)
    const client = await gateway.connect({ as: CASHIER })
    for (let count = 0; count < 20; count++) {
      const result = await client.callTool({ name: 'till__pay', arguments: { id: String(count) } })
      expect(result.structuredContent).toEqual({ pid: staying.pid })
    }
  }, 60_000)

  test('that are killed are gone within their lease', async () => {
    const site = await newSite()
    const gateway = await startGateway(site, [TILL], { env: { GATEWAY_LEASE: '1s' } })
    const killed = await tillProcess(environment(site))
    await expect.poll(async () => (await shown(gateway)).state, { timeout: 20_000 }).toBe('up')
    await killed.stop('SIGKILL')
    const instances = async () => (await shown(gateway)).instances
    await expect.poll(instances, { timeout: 5000 }).toEqual([])
  }, 60_000)

  test('are told what is wrong with their registration, and go on serving', async () => {
    const site = await newSite()
    await startGateway(site, [TILL])
    const process = await tillProcess({ ...environment(site), REGISTRY_SECRET: 'x'.repeat(32) })
    await expect
      .poll(process.output, { timeout: 20_000 })
      .toContain('Send the secret of a server that may register')
    expect(await (await fetch(process.url.replace('/mcp', '/ready'))).json()).toMatchObject({
      status: 'ready',
    })
    expect(await process.stop('SIGTERM')).toBe(0)
  }, 60_000)
})
