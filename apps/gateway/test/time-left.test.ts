import { describe, expect, test } from 'vitest'
import { newSite, startFleet, startGateway } from './fixture/fleet.ts'
import { offering, type RawRequest, rawServer, tool, withTools } from './fixture/raw-server.ts'

const KEY = 'dev.atoll/timeLeftMs'
const left = ({ params }: RawRequest) => (params._meta as Record<string, number>)[KEY] ?? 0
const callsOf = (requests: readonly RawRequest[]) => requests.filter(({ method }) => method === 'tools/call')

describe('the time that a caller has left', () => {
  test('is told to the server, and never more than a call may take', async () => {
    const raw = await rawServer()
    const servers = [{ name: 'raw', url: raw.url, callTimeout: '10s' }]
    const { post } = await startGateway(await newSite(), servers)
    for (const given of [undefined, 400, 99_999, 'soon']) {
      const _meta = given === undefined ? {} : { [KEY]: given }
      await post('tools/call', { name: 'raw__echo', arguments: {}, _meta })
    }
    const [unsaid = 0, short = 0, long = 0, wrong = 0] = callsOf(raw.requests).map(left)
    for (const each of [unsaid, long, wrong]) {
      expect(each).toBeLessThanOrEqual(10_000)
      expect(each).toBeGreaterThan(400)
    }
    expect(short).toBeLessThanOrEqual(400)
    expect(short).toBeGreaterThan(0)
  })

  test('goes on shrinking when a call is sent again', async () => {
    let isRefused = false
    const raw = await rawServer(
      withTools([tool('echo', { annotations: { readOnlyHint: true } })], (request) => {
        if (isRefused) return offering('echo')(request)
        isRefused = true
        setTimeout(() => request.response.writeHead(503, { 'retry-after': '0' }).end(), 30)
      }),
    )
    const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    await post('tools/call', { name: 'raw__echo', arguments: {}, _meta: { [KEY]: 5000 } })
    const [first = 0, second = 0] = callsOf(raw.requests).map(left)
    expect(second).toBeLessThan(first)
    expect(second).toBeGreaterThan(0)
  })

  test('is the time for both when a server wants more scopes than it said', async () => {
    let isRefused = false
    const raw = await rawServer(
      withTools([tool('echo', { _meta: { 'dev.atoll/tool': { scopes: [] } } })], (request) => {
        if (isRefused) return offering('echo')(request)
        isRefused = true
        const challenge = 'Bearer error="insufficient_scope", scope="hr:read"'
        setTimeout(() => request.response.writeHead(403, { 'www-authenticate': challenge }).end(), 30)
      }),
    )
    const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    const response = await post('tools/call', { name: 'raw__echo', arguments: {} })
    expect(response.status).toBe(200)
    const [first = 0, second = 0] = callsOf(raw.requests).map(left)
    expect(second).toBeLessThan(first)
    expect(second).toBeGreaterThan(0)
  })

  test('ends the work at a server of the kit', async () => {
    const { post, desk } = await startFleet()
    const response = await post('tools/call', {
      name: 'hr__wait_for_ever',
      arguments: {},
      _meta: { [KEY]: 150 },
    })
    const { result } = (await response.json()) as { result: Record<string, unknown> }
    expect(result).toMatchObject({ isError: true })
    expect(JSON.stringify(result)).toMatch(/TIMEOUT|OUTCOME_UNKNOWN/)
    await expect.poll(() => desk.cancelled).toEqual(['wait'])
  })

  test('does not open the circuit breaker of a server that needs longer', async () => {
    const raw = await rawServer()
    const { post, fleet } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    raw.behave = (request) => {
      if (request.method !== 'tools/call') offering('echo')(request)
    }
    await Promise.all(
      Array.from({ length: 25 }, () =>
        post('tools/call', { name: 'raw__echo', arguments: {}, _meta: { [KEY]: 30 } }),
      ),
    )
    expect(fleet.upstreams[0]?.client.instances[0]?.breaker).toBe('closed')
  })
})
