import { developmentIssuer } from '@atoll/auth'
import { describe, expect, test } from 'vitest'
import { CONSOLE_ENV, consoleOf, jsonOf, PEOPLE } from './fixture/console.ts'
import { newSite, startFleet, startGateway } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { limitsOf } from './fixture/limits.ts'
import { newFolder } from './fixture/policy.ts'
import { rawServer } from './fixture/raw-server.ts'

async function startConsole(env: Record<string, string> = {}) {
  const fleet = await startFleet({ env: { ...CONSOLE_ENV, ...env } })
  return { ...fleet, ...consoleOf(fleet), ask: fleet.post }
}

describe('signing in to the console', () => {
  test('takes one click as somebody of the demonstration', async () => {
    const { api, get, signIn } = await startConsole()
    expect(await (await api('session')).json()).toEqual({
      signedIn: false,
      ways: {
        oauth: false,
        people: PEOPLE.map(({ subject, tenant, about = '' }) => ({ subject, tenant, about })),
      },
    })
    const session = await get('session', await signIn('alice'))
    expect(session).toMatchObject({ signedIn: true, subject: 'alice', isAllowed: true, isAdmin: false })
    expect(session.scopes).toEqual(expect.arrayContaining(['hr:read', 'gateway:console']))
  })

  test('shows nobody in who is not signed in, has not the scope, or made up a cookie', async () => {
    const { api, signIn } = await startConsole()
    const paths = ['fleet', 'events', 'calls', 'audit', 'switches']
    for (const path of paths) {
      expect((await api(path)).status, path).toBe(401)
      expect((await api(path, { cookie: 'atoll-console=made-up' })).status, path).toBe(401)
    }
    const gail = await signIn('gail')
    for (const path of paths) expect((await api(path, { cookie: gail })).status, path).toBe(403)
  })

  test('takes no orders from pages of others', async () => {
    const { origin, signIn, api } = await startConsole()
    const cookie = await signIn('olivia')
    const order = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', cookie } }
    expect((await fetch(`${origin}/console/api/call`, order)).status).toBe(403)
    const elsewhere = { origin: 'https://evil.example', 'x-atoll-console': '1' }
    const headers = { ...order.headers, ...elsewhere }
    expect((await fetch(`${origin}/console/api/call`, { ...order, headers })).status).toBe(403)
    expect((await api('sign-in', { method: 'POST', body: '{"subject":"mallory"}' })).status).toBe(401)
  })

  test('has whoever it turns away audited', async () => {
    const log = keptAudit()
    const { api, post, signIn } = consoleOf(await startFleet({ env: CONSOLE_ENV, telemetry: log.telemetry }))
    expect((await api('fleet?view=x')).status).toBe(401)
    expect((await api('fleet', { cookie: await signIn('gail') })).status).toBe(403)
    expect((await post('sign-in', { subject: 'mallory' })).status).toBe(401)
    const about = { server: 'gateway', kind: 'console', decision: 'refused' }
    await expect.poll(log.events).toMatchObject([
      { ...about, name: 'GET /console/api/fleet', rule: 'token', errorCode: 'UNAUTHORIZED' },
      { ...about, subject: 'gail', tenant: 'acme', rule: 'scope', errorCode: 'INSUFFICIENT_SCOPE' },
      { ...about, name: 'POST /console/api/sign-in', rule: 'token' },
    ])
  })

  test('takes orders from its own page where the gateway has a name', async () => {
    const { app } = await startFleet({
      env: { PUBLIC_URL: 'https://gateway.example/mcp', CONSOLE_PEOPLE: '[]' },
    })
    const order = (origin: string) =>
      app.inject({
        method: 'POST',
        url: '/console/api/sign-out',
        headers: { host: 'gateway.example', 'x-atoll-console': '1', origin },
      })
    expect((await order('https://gateway.example')).statusCode).toBe(204)
    expect((await order('https://evil.example')).statusCode).toBe(403)
  })

  test('is not there where nobody could', async () => {
    const { origin } = await startFleet()
    expect((await fetch(`${origin}/`)).status).toBe(404)
    expect((await fetch(`${origin}/console/api/session`)).status).toBe(404)
  })
})

describe('the console', () => {
  test('shows the fleet, and the tools that the person is shown', async () => {
    const { get, signIn } = await startConsole()
    const { servers } = await get('fleet', await signIn('alice'))
    expect(servers.map(({ name, state }) => [name, state])).toEqual([
      ['hr', 'up'],
      ['orders', 'up'],
    ])
    expect(servers[0].tools.map(({ name }) => name)).toContain('hr__who_am_i')
    expect(servers[0].tools[0]).toMatchObject({ effect: 'read', inputSchema: { type: 'object' } })
    expect(servers[0].traffic.calls).toHaveLength(60)
  })

  test('tries a tool with the rights of the person, who then finds the call, as others do not', async () => {
    const { get, post, signIn } = await startConsole()
    const [alice, olivia] = [await signIn('alice'), await signIn('olivia')]
    const call = { tool: 'hr__who_am_i', arguments: {} }
    const answer = await jsonOf(await post('call', call, alice))
    expect(answer.result.content).toBeDefined()
    const missing = await jsonOf(await post('call', { tool: 'hr__nothing' }, alice))
    expect(missing).toMatchObject({ error: { code: -32602 } })
    expect((await post('call', { arguments: {} }, alice)).status).toBe(400)
    const calls = (await get('calls', alice)).entries
    expect(calls).toMatchObject([
      { subject: 'alice', name: 'hr__nothing', decision: 'refused', rule: 'unknown' },
      { subject: 'alice', name: 'hr__who_am_i', decision: 'allowed' },
    ])
    await post('call', call, olivia)
    const mine = (await get('calls', alice)).entries
    expect(new Set(mine.map(({ subject }) => subject))).toEqual(new Set(['alice']))
    const found = (await get('audit?tool=hr__who_am_i&outcome=', olivia)).entries
    expect(found.map(({ subject }) => subject)).toEqual(['olivia', 'alice'])
    const own = (await get('audit?subject=olivia', alice)).entries
    expect(own.every(({ subject }) => subject === 'alice')).toBe(true)
    const { servers } = await get('fleet', alice)
    expect(Math.max(...servers[0].traffic.calls)).toBeGreaterThan(0)
  })

  test('shows nobody the calls of somebody of the same name whom another issuer vouches for', async () => {
    const other = developmentIssuer({ directory: newFolder(), issuer: 'https://other.example' })
    const site = await newSite()
    const own = developmentIssuer({ directory: site.directory, issuer: `${site.origin}/development` })
    const raw = await rawServer()
    const issuers = [own, other].map(({ issuer, jwksUrl }) => ({ issuer, jwks: jwksUrl }))
    const env = { ...CONSOLE_ENV, AUTH_ISSUERS: JSON.stringify(issuers) }
    const gateway = await startGateway(site, [{ name: 'raw', url: raw.url }], { env })
    const { get, signIn } = consoleOf(gateway)
    const alice = { subject: 'alice', tenant: 'acme', roles: [], scopes: [] }
    const token = await other.sign({ ...alice, audience: gateway.mcp, ttl: '5m' })
    const headers = { authorization: `Bearer ${token}` }
    await gateway.post('tools/call', { name: 'raw__echo', arguments: {} }, { headers })
    const cookie = await signIn('alice')
    expect((await get('calls', cookie)).entries).toEqual([])
    expect((await get('audit', cookie)).entries).toEqual([])
    expect((await get('audit', await signIn('olivia'))).entries).toMatchObject([{ subject: 'alice' }])
  })

  test('knows the trace of a call, and of a refusal, and where traces are looked at', async () => {
    const traceUrl = 'https://traces.example/{traceId}'
    const { get, signIn, ask } = await startConsole({ CONSOLE_TRACE_URL: traceUrl })
    const alice = await signIn('alice')
    expect(await get('session', alice)).toMatchObject({ traceUrl })
    const traces = { hr__who_am_i: 'a'.repeat(32), hr__nothing: 'b'.repeat(32) }
    for (const [name, traceId] of Object.entries(traces))
      await ask('tools/call', {
        ...{ name, arguments: {} },
        _meta: { traceparent: `00-${traceId}-${'c'.repeat(16)}-01` },
      })
    expect((await get('calls', alice)).entries).toMatchObject([
      { name: 'hr__nothing', outcome: 'refused', traceId: traces.hr__nothing },
      { name: 'hr__who_am_i', outcome: 'ok', traceId: traces.hr__who_am_i },
    ])
  })

  test('tells of calls and of the fleet as they happen, and ends with the gateway', async () => {
    const { api, post, signIn, app } = await startConsole()
    const alice = await signIn('alice')
    const response = await api('events', { cookie: alice })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const decoder = new TextDecoder()
    let heard = ''
    const hear = async (what: string) => {
      while (!heard.includes(what)) heard += decoder.decode((await reader.read()).value, { stream: true })
    }
    await hear('event: fleet\ndata: {"at":')
    await post('call', { tool: 'hr__who_am_i', arguments: {} }, alice)
    // Everybody hears the same of the fleet, so what servers have is not in it.
    expect(heard).not.toContain('hr__')
    await hear('event: call\ndata: {"event":"call"')
    expect(heard).toContain('hr__who_am_i')
    await app.close()
    for (;;) if ((await reader.read()).done) break
  })

  test('lets those who run the gateway disable a tool, and nobody else', async () => {
    const { get, post, signIn } = await startConsole()
    const [alice, olivia] = [await signIn('alice'), await signIn('olivia')]
    const order = { what: 'hr__who_am_i', disabled: true, reason: 'looked at again' }
    expect((await post('switches', order, alice)).status).toBe(403)
    expect((await post('switches', order, olivia)).status).toBe(200)
    expect(await get('switches', olivia)).toMatchObject({ disabled: [{ what: 'tool:hr__who_am_i' }] })
    const answer = await (await post('call', { tool: 'hr__who_am_i', arguments: {} }, alice)).json()
    expect(JSON.stringify(answer)).toContain('looked at again')
    const { servers } = await get('fleet', alice)
    expect(JSON.stringify(servers[0].tools)).not.toContain('hr__who_am_i')
  })

  test('says what people may ask for, and what is left of it', async () => {
    const { env } = limitsOf({ budgets: [{ name: 'tenants', per: 'tenant', month: 10 }] })
    const { get, post, signIn } = await startConsole(env)
    const alice = await signIn('alice')
    await post('call', { tool: 'hr__who_am_i', arguments: {} }, alice)
    const { limits, budgets } = await get('limits', alice)
    expect(limits).toMatchObject([{ name: 'caller', words: expect.stringContaining('/min') }])
    expect(budgets).toMatchObject([{ name: 'tenants', holder: 'acme', limit: 10, used: 1, left: 9 }])
    expect(await get('budgets', await signIn('olivia'))).toMatchObject({
      budgets: [{ name: 'tenants', holder: 'acme', of: 10 }],
    })
  })

  test('says what an audit search cannot be', async () => {
    const { api, signIn } = await startConsole()
    const answer = await api('audit?since=soon', { cookie: await signIn('olivia') })
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'INVALID' } }])
  })
})
