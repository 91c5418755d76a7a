import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { ServiceView } from '../src/services-view.ts'
import { newSite, startGateway, type TestGateway } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { nameServer } from './fixture/name-server.ts'
import { describes, rawServer, tool } from './fixture/raw-server.ts'

const NOWHERE = { GATEWAY_ALLOWED_NETWORKS: '' }
const SECRET = 'a secret of an instance, long enough to be one'
const register = {
  urls: ['http://127.0.0.1:*/mcp', 'http://localhost:*/mcp'],
  secret: `sha256:${createHash('sha256').update(SECRET).digest('hex')}`,
}

function named(url: string): string {
  return url.replace('127.0.0.1', 'localhost')
}

async function viewOf({ origin }: TestGateway) {
  const response = await fetch(`${origin}/services`)
  const { services } = (await response.json()) as { services: [ServiceView] }
  return services[0]
}

function announce({ origin }: TestGateway, url: string) {
  return fetch(`${origin}/register`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
    body: JSON.stringify({ server: 'hr', url, instance: 'one', state: 'ready' }),
  })
}

describe('a server', () => {
  test('whose address configuration names is called there, whatever network it is in', async () => {
    const raw = await rawServer()
    const gateway = await startGateway(await newSite(), [{ name: 'hr', url: raw.url }], { env: NOWHERE })
    expect(await viewOf(gateway)).toMatchObject({ state: 'up' })
  })

  test('whose name leads to this machine is called where that network is allowed, and only there', async () => {
    const raw = await rawServer()
    const servers = [{ name: 'hr', url: named(raw.url) }]
    const { telemetry, lines } = keptAudit()
    const env = { ...NOWHERE, LOG_LEVEL: 'warn' }
    const refused = await startGateway(await newSite(), servers, { env, telemetry })
    expect(await viewOf(refused)).toMatchObject({
      state: 'down',
      lastError: { message: 'hr cannot be reached right now.' },
    })
    expect(raw.requests).toEqual([])
    expect(JSON.stringify(lines())).toMatch(
      /localhost leads to [^"]*127\.0\.0\.1[^"]* may not be connected to/,
    )
    const allowed = { GATEWAY_ALLOWED_NETWORKS: '127.0.0.0/8, ::1' }
    const gateway = await startGateway(await newSite(), servers, { env: allowed })
    expect(await viewOf(gateway)).toMatchObject({ state: 'up' })
  })

  test('is not where DNS says when no allowed network has that address, and the log says so', async () => {
    const raw = await rawServer()
    const names = await nameServer()
    names.hosts.set('hr.test', ['127.0.0.1', '10.9.8.7'])
    const dns = { name: 'hr.test', port: Number(new URL(raw.url).port), servers: [names.address] }
    const server = { name: 'hr', audience: 'http://hr.test/mcp', dns }
    const { telemetry, lines } = keptAudit()
    const env = { ...NOWHERE, LOG_LEVEL: 'warn' }
    const gateway = await startGateway(await newSite(), [server], { env, telemetry })
    expect(await viewOf(gateway)).toMatchObject({ instances: [], state: 'down' })
    expect(raw.requests).toEqual([])
    expect(lines()).toContainEqual(
      expect.objectContaining({ server: 'hr', addresses: '10.9.8.7, 127.0.0.1' }),
    )
  })

  test('cannot register at an address that no allowed network has, though a pattern names it', async () => {
    const raw = await rawServer()
    const server = { name: 'hr', audience: 'http://hr.test/mcp', register }
    const gateway = await startGateway(await newSite(), [server], { env: NOWHERE })
    const refused = await announce(gateway, raw.url)
    expect(refused.status).toBe(403)
    expect(await refused.text()).toContain('GATEWAY_ALLOWED_NETWORKS does not have this address')
    expect(await viewOf(gateway)).toMatchObject({ instances: [] })
  })

  test('that registers by a name is not called at what the name leads to unless a network has it', async () => {
    const raw = await rawServer()
    const server = { name: 'hr', audience: 'http://hr.test/mcp', register }
    const gateway = await startGateway(await newSite(), [server], { env: NOWHERE })
    expect((await announce(gateway, named(raw.url))).status).toBe(200)
    await expect
      .poll(async () => (await viewOf(gateway)).instances.map(({ health }) => health))
      .toEqual(['unhealthy'])
    expect(raw.requests).toEqual([])
  })

  test.each(['server/discover', 'tools/list', 'tools/call'])(
    'that answers %s with a redirect does not lead the gateway anywhere',
    async (redirected) => {
      const elsewhere = await rawServer()
      const raw = await rawServer((request) => {
        if (request.method === redirected) request.response.writeHead(307, { location: elsewhere.url }).end()
        else if (!describes(request, ['echo'])) request.reply({ content: [] })
      })
      const { post } = await startGateway(await newSite(), [{ name: 'hr', url: raw.url }])
      await (await post('tools/call', { name: 'hr__echo', arguments: {} })).text()
      expect(raw.requests.map(({ method }) => method)).toContain(redirected)
      expect(elsewhere.requests).toEqual([])
    },
  )

  test('that refers to schemas elsewhere is listed and called, and nobody looks there', async () => {
    const elsewhere = await rawServer()
    const schema = {
      type: 'object',
      $schema: elsewhere.url,
      properties: { region: { $ref: `${elsewhere.url}#/region` } },
    }
    const raw = await rawServer((request) => {
      const tools = [tool('echo', { inputSchema: schema, outputSchema: { ...schema, $ref: elsewhere.url } })]
      if (request.method === 'tools/list') request.reply({ tools, ttlMs: 60_000, cacheScope: 'public' })
      else if (!describes(request, [])) request.reply({ content: [], structuredContent: { region: 'eu' } })
    })
    const { post } = await startGateway(await newSite(), [{ name: 'hr', url: raw.url }])
    const listed = await (await post('tools/list', {})).json()
    expect(listed).toMatchObject({ result: { tools: [{ name: 'hr__echo', inputSchema: schema }] } })
    const called = await post('tools/call', { name: 'hr__echo', arguments: { region: 'eu' } })
    expect(await called.json()).toMatchObject({ result: { structuredContent: { region: 'eu' } } })
    expect(raw.requests.map(({ method }) => method)).toContain('tools/call')
    expect(elsewhere.requests).toEqual([])
  })
})

test('a network that is none ends the start with a sentence that says which', async () => {
  const started = startGateway(await newSite(), [], {
    env: { GATEWAY_ALLOWED_NETWORKS: '10.0.0.0/8,intern' },
  })
  await expect(started).rejects.toThrow(
    'GATEWAY_ALLOWED_NETWORKS: must be networks such as 10.0.0.0/8 or fd00::/8, separated by commas; "intern" is none',
  )
})
