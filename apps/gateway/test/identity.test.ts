import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { newSite, startFleet, startGateway } from './fixture/fleet.ts'
import { describes, rawServer, tool } from './fixture/raw-server.ts'

function bearerOf(headers: Readonly<Record<string, unknown>>) {
  return decodeJwt(String(headers.authorization).replace('Bearer ', ''))
}

describe('what the gateway sends as', () => {
  test('is the user with the gateway acting, for one server only, with no more scopes than the tool needs', async () => {
    const { connect, hr, origin, people } = await startFleet()
    const client = await connect()
    const { structuredContent } = await client.callTool({ name: 'hr__who_am_i', arguments: {} })
    expect(structuredContent).toEqual({
      subject: 'alice',
      tenant: 'acme',
      actor: 'gateway',
      issuer: people.issuer,
      scopes: ['hr:read'],
    })
    const call = hr.arrivals.find(({ message }) => message.method === 'tools/call')
    const { iss, aud, exp = 0, iat = 0, act, client_id: clientId } = bearerOf(call?.headers ?? {})
    expect({ iss, aud, act, clientId }).toEqual({
      ...{ iss: origin, aud: hr.url, act: { sub: 'gateway' }, clientId: 'development' },
    })
    expect(exp - iat).toBeLessThanOrEqual(300)
  })

  test("is never the caller's own token", async () => {
    const { post, token, hr, orders } = await startFleet()
    const own = await token()
    await post(
      'tools/call',
      { name: 'hr__who_am_i', arguments: {} },
      { headers: { authorization: `Bearer ${own}` } },
    )
    const sent = [...hr.arrivals, ...orders.arrivals].map(({ headers, message }) =>
      JSON.stringify([headers, message]),
    )
    expect(sent.length).toBeGreaterThan(4)
    for (const request of sent) expect(request).not.toContain(own)
  })

  test('does not outlive the token of the caller', async () => {
    const { people, mcp, hr } = await startFleet()
    const who = { subject: 'alice', tenant: 'acme', scopes: ['hr:read'], audience: mcp }
    const token = await people.sign({ ...who, ttl: '60s' })
    const expiry = decodeJwt(token).exp
    const { connectWith } = { connectWith: (bearer: string) => ({ authorization: `Bearer ${bearer}` }) }
    const response = await fetch(mcp, {
      method: 'POST',
      headers: {
        ...connectWith(token),
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'hr__who_am_i', arguments: {} },
      }),
    })
    expect(response.status).toBe(200)
    const call = hr.arrivals.findLast(({ message }) => message.method === 'tools/call')
    expect(bearerOf(call?.headers ?? {}).exp).toBe(expiry)
  })

  test('is the gateway itself, without any right, when it looks at what servers offer', async () => {
    const { hr } = await startFleet()
    expect(hr.arrivals.length).toBeGreaterThan(0)
    for (const { headers } of hr.arrivals)
      expect(bearerOf(headers)).toMatchObject({ sub: 'gateway', scope: '', aud: hr.url, tenant: 'none' })
  })

  test('carries, where a server does not say what a tool needs, the scopes of that server', async () => {
    const site = await newSite()
    const raw = await rawServer((request) => {
      if (!describes(request, ['echo'])) request.reply({ content: [] })
    })
    const { connect } = await startGateway(site, [{ name: 'hr', url: raw.url }])
    await (await connect()).callTool({ name: 'hr__echo', arguments: {} })
    expect(bearerOf(raw.requests.at(-1)?.headers ?? {}).scope).toBe('hr:read hr:write')
  })
})

describe('a caller', () => {
  test('without a token, or with one for another server, is sent to where tokens come from', async () => {
    const { mcp, people, hr, origin } = await startFleet()
    const wrong = await people.sign({ subject: 'a', tenant: 'acme', scopes: [], audience: hr.url, ttl: '1m' })
    for (const authorization of [undefined, `Bearer ${wrong}`, 'Bearer nonsense']) {
      const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) }
      const response = await fetch(mcp, { method: 'POST', headers, body: '{}' })
      expect(response.status).toBe(401)
      const challenge = response.headers.get('www-authenticate') ?? ''
      expect(challenge).toContain(`resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`)
      expect(challenge).toContain('scope="hr:read hr:write orders:read"')
    }
    const metadata = await fetch(`${origin}/.well-known/oauth-protected-resource/mcp`)
    expect(await metadata.json()).toMatchObject({
      resource: mcp,
      authorization_servers: [`${origin}/development`],
      scopes_supported: ['hr:read', 'hr:write', 'orders:read'],
    })
  })

  test('who lacks a scope gets 403 with all that are needed, and the server is not asked', async () => {
    const { post, hr } = await startFleet()
    const as = { scopes: ['hr:read'] }
    const response = await post('tools/call', { name: 'hr__promote', arguments: { name: 'Ada' } }, { as })
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toMatch(/error="insufficient_scope".*scope="hr:write"/)
    expect(hr.arrivals.filter(({ message }) => message.method === 'tools/call')).toEqual([])
  })

  test('who lacks the scope of a resource gets the same 403, and the server is not asked', async () => {
    const { post, origin, hr } = await startFleet()
    const response = await post(
      'resources/read',
      { uri: 'hr+config://company' },
      { as: { scopes: ['orders:read'] } },
    )
    expect(response.status).toBe(403)
    const challenge = response.headers.get('www-authenticate') ?? ''
    expect(challenge).toMatch(/error="insufficient_scope".*scope="hr:read"/)
    expect(challenge).toContain(`resource_metadata="${origin}/`)
    expect(hr.arrivals.filter(({ message }) => message.method === 'resources/read')).toEqual([])
  })
})

describe('a server', () => {
  test('that refuses an assertion gets a fresh one, once', async () => {
    const site = await newSite()
    const raw = await rawServer()
    const { connect } = await startGateway(site, [{ name: 'raw', url: raw.url }])
    const client = await connect()
    let refusals = 1
    const behave = raw.behave
    raw.behave = (request) => {
      if (request.method === 'tools/call' && refusals-- > 0) request.response.writeHead(401).end()
      else behave(request)
    }
    const call = () => client.callTool({ name: 'raw__echo', arguments: {} })
    expect(await call()).toMatchObject({ content: [{ text: 'echo' }] })
    const tokens = raw.requests
      .filter(({ method }) => method === 'tools/call')
      .map(({ headers }) => headers.authorization)
    expect(new Set(tokens).size).toBe(2)

    refusals = 100
    expect(await call()).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("raw does not accept this gateway's credentials") }],
    })
    expect(raw.requests.filter(({ method }) => method === 'tools/call')).toHaveLength(4)
  })

  test('that wants a scope it did not announce gets it, once, when the caller was granted it', async () => {
    const site = await newSite()
    const challenge = 'Bearer error="insufficient_scope", scope="payroll:read"'
    const announced = { _meta: { 'dev.atoll/tool': { scopes: ['raw:read'] } } }
    const raw = await rawServer((request) => {
      if (request.method === 'tools/list')
        request.reply({ tools: [tool('echo', announced)], ttlMs: 60_000, cacheScope: 'public' })
      else if (describes(request, [])) return
      else if (String(bearerOf(request.headers).scope).includes('payroll:read'))
        request.reply({ content: [] })
      else request.response.writeHead(403, { 'www-authenticate': challenge }).end()
    })
    const { post } = await startGateway(site, [{ name: 'raw', url: raw.url }])
    const call = { name: 'raw__echo', arguments: {} }
    const granted = await post('tools/call', call, { as: { scopes: ['raw:read', 'payroll:read'] } })
    expect(granted.status).toBe(200)
    expect(raw.requests.filter(({ method }) => method === 'tools/call')).toHaveLength(2)
    const lacking = await post('tools/call', call, { as: { scopes: ['raw:read'] } })
    expect(lacking.status).toBe(403)
    expect(lacking.headers.get('www-authenticate')).toContain('scope="payroll:read"')
    expect(raw.requests.filter(({ method }) => method === 'tools/call')).toHaveLength(3)
  })
})

test('the keys of assertions and of the development issuer are published, and private parts are not', async () => {
  const { origin } = await startFleet()
  const server = await fetch(`${origin}/.well-known/oauth-authorization-server/development`)
  const { jwks_uri: keys } = (await server.json()) as { jwks_uri: string }
  for (const url of [`${origin}/.well-known/jwks.json`, keys]) {
    const jwks = (await (await fetch(url)).json()) as { keys: Record<string, unknown>[] }
    expect(jwks.keys).toHaveLength(1)
    expect(jwks.keys[0]).toMatchObject({ kty: 'EC', alg: 'ES256' })
    expect(jwks.keys[0]).not.toHaveProperty('d')
  }
})
