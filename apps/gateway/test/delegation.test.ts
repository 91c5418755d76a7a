import { createHash } from 'node:crypto'
import { ACCESS_TOKEN_TYPE, TOKEN_EXCHANGE, tokenEndpoint, tokenExchange } from '@atoll/auth'
import { freePort } from '@atoll/tooling/free-port'
import { decodeJwt } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseServers } from '../src/config.ts'
import { parseClients } from '../src/delegation/clients.ts'
import { agentServer } from './fixture/agent.ts'
import { domainServer } from './fixture/domain-server.ts'
import { hrServer, newDesk } from './fixture/domains.ts'
import { newSite, startGateway, type Who } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { protectionFile } from './fixture/shop.ts'

const SECRET = 'a secret of the agent that nobody else knows'
const hash = `sha256:${createHash('sha256').update(SECRET).digest('hex')}`
const ALL = ['agent:run', 'hr:read', 'hr:write', 'orders:read']

/** A gateway with two servers, of which one may act for its callers at the other. */
async function startAgency(env: Record<string, string> = {}) {
  const site = await newSite()
  const { issuers } = site
  const audit = keptAudit()
  const exchange = tokenExchange({ url: `${site.origin}/token`, clientId: 'agent', clientSecret: SECRET })
  const agent = await domainServer(agentServer, {}, { port: await freePort(), issuers, exchange })
  const hr = await domainServer(hrServer, newDesk(), { port: await freePort(), issuers })
  onTestFinished(async () => {
    await Promise.all([agent.close(), hr.close()])
  })
  const servers = [
    { name: 'agent', url: agent.url },
    { name: 'hr', url: hr.url },
  ]
  const clients = [
    { id: 'agent', server: 'agent', secret: hash },
    { id: 'hr', server: 'hr', secret: hash },
  ]
  const gateway = await startGateway(site, servers, {
    // The agent answers with the token it got, which is a secret.
    env: {
      GATEWAY_CLIENTS: JSON.stringify(clients),
      GATEWAY_PROTECTION_FILE: protectionFile('always: []'),
      ...env,
    },
    telemetry: audit.telemetry,
  })
  const call = async (name: string, args: object, as: Who) => {
    const response = await gateway.post('tools/call', { name, arguments: args }, { as })
    const { result } = (await response.json()) as { result: { structuredContent: Record<string, unknown> } }
    return result.structuredContent
  }
  const act = (scopes: readonly string[] = ['hr:read'], as: Who = { scopes: ALL }) =>
    call('agent__act', { scopes }, as)
  /** With the agent's assertion, as a client with these credentials would ask. */
  const assertion = () => {
    const arrival = agent.arrivals.findLast(({ message }) => message.method === 'tools/call')
    return String(arrival?.headers.authorization).replace('Bearer ', '')
  }
  const ask = (form: Record<string, string> | string, credentials = `agent:${SECRET}`) =>
    fetch(`${gateway.origin}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      body: new URLSearchParams(
        typeof form === 'string'
          ? form
          : { grant_type: TOKEN_EXCHANGE, subject_token_type: ACCESS_TOKEN_TYPE, ...form },
      ),
    })
  /** As the agent, with a token it got. */
  const callAs = (token: unknown, name: string) =>
    gateway.post('tools/call', { name, arguments: {} }, { headers: { authorization: `Bearer ${token}` } })
  return { ...gateway, agent, hr, audit, call, act, assertion, ask, callAs }
}

describe('a tool that delegates', () => {
  test('is told which of its scopes at other servers the caller has, apart from its own', async () => {
    const { act } = await startAgency()
    expect(await act()).toMatchObject({ may: ['hr:read', 'hr:write'], own: ['agent:run'] })
    expect(await act(['hr:read'], { scopes: ['agent:run', 'hr:read', 'orders:read'] })).toMatchObject({
      may: ['hr:read'],
    })
  })

  test('is the only one of its server that is told', async () => {
    const { call } = await startAgency()
    expect(await call('agent__idle', {}, { scopes: ALL })).toEqual({ may: [] })
  })

  test('acts at the other server as the user, with no more than was asked for', async () => {
    const { act, audit, callAs, hr, mcp, origin, people } = await startAgency()
    const { token, scopes } = await act(['hr:read', 'orders:read'])
    expect(scopes).toEqual(['hr:read'])
    expect(decodeJwt(String(token))).toMatchObject({
      iss: origin,
      aud: mcp,
      sub: 'alice',
      tenant: 'acme',
      scope: 'hr:read',
      client_id: 'agent',
      act: { sub: 'agent', act: { sub: 'gateway' } },
    })
    const answer = (await (await callAs(token, 'hr__who_am_i')).json()) as { result: object }
    expect(answer.result).toMatchObject({
      structuredContent: { subject: 'alice', tenant: 'acme', issuer: people.issuer, scopes: ['hr:read'] },
    })
    const sent = hr.arrivals.findLast(({ message }) => message.method === 'tools/call')
    const claims = decodeJwt(String(sent?.headers.authorization).replace('Bearer ', ''))
    expect(claims.act).toEqual({ sub: 'gateway', act: { sub: 'agent' } })
    await expect
      .poll(() => audit.events().find(({ name }) => name === 'hr__who_am_i'))
      .toMatchObject({ subject: 'alice', actor: 'agent', clientId: 'agent' })
  })

  test('cannot do what the user did not delegate, nor hand on what it was handed', async () => {
    const { act, callAs } = await startAgency()
    const { token } = await act(['hr:read'])
    expect((await callAs(token, 'agent__act')).status).toBe(403)
  })

  test('gets tokens that live as long as the configuration says', async () => {
    const { act } = await startAgency({ GATEWAY_DELEGATION_TTL: '90s' })
    const { token } = await act()
    const { exp = 0, iat = 0 } = decodeJwt(String(token))
    expect(exp - iat).toBe(90)
    await expect(startAgency({ GATEWAY_DELEGATION_TTL: '2h' })).rejects.toThrow('3600 s')
  })
})

describe('the token endpoint', () => {
  test('answers as RFC 8693 says, and is not to be cached', async () => {
    const { act, ask, assertion, mcp } = await startAgency()
    await act()
    const response = await ask({ subject_token: assertion(), resource: mcp })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({
      access_token: expect.any(String),
      issued_token_type: ACCESS_TOKEN_TYPE,
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'hr:read hr:write',
    })
  })

  test.each([
    ['an unknown client', {}, `nobody:${SECRET}`, 401, 'invalid_client'],
    ['a wrong secret', {}, 'agent:wrong', 401, 'invalid_client'],
    ['an assertion for another server', {}, `hr:${SECRET}`, 400, 'invalid_request'],
    ['another grant', { grant_type: 'client_credentials' }, undefined, 400, 'unsupported_grant_type'],
    ['another kind of subject', { subject_token_type: 'saml' }, undefined, 400, 'invalid_request'],
    ['a forged assertion', { subject_token: 'e30.e30.x' }, undefined, 400, 'invalid_request'],
    ['no assertion', { subject_token: '' }, undefined, 400, 'invalid_request'],
    ['scopes that were not delegated', { scope: 'orders:read' }, undefined, 400, 'invalid_scope'],
    ['another target', { resource: 'https://elsewhere.example' }, undefined, 400, 'invalid_target'],
    ['an actor token', { actor_token: 'x' }, undefined, 400, 'invalid_request'],
    ['a secret in two places', { client_secret: SECRET }, undefined, 400, 'invalid_request'],
  ])('refuses %s', async (_what, form, credentials, status, error) => {
    const { act, ask, assertion } = await startAgency()
    await act()
    const response = await ask({ subject_token: assertion(), ...form }, credentials)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ error, error_description: expect.any(String) })
    if (status === 401) expect(response.headers.get('www-authenticate')).toContain('Basic')
  })

  test('refuses the token of a person, and an assertion that delegates nothing', async () => {
    const { ask, token, call, assertion, audit } = await startAgency()
    const own = await ask({ subject_token: await token({ scopes: ALL }) })
    expect(await own.json()).toMatchObject({ error: 'invalid_request' })
    await call('agent__idle', {}, { scopes: ALL })
    const idle = await ask({ subject_token: assertion() })
    expect(await idle.json()).toMatchObject({ error: 'invalid_scope' })
    const refusal = { kind: 'token', decision: 'refused', clientId: 'agent' }
    await expect
      .poll(() => audit.events().filter(({ kind }) => kind === 'token'))
      .toMatchObject([
        { ...refusal, rule: 'invalid_request' },
        { ...refusal, rule: 'invalid_scope', subject: 'alice', tenant: 'acme' },
      ])
  })

  test('takes credentials in the form, and a form without doubles only', async () => {
    const { act, assertion, origin } = await startAgency()
    await act()
    const form = new URLSearchParams({
      grant_type: TOKEN_EXCHANGE,
      subject_token_type: ACCESS_TOKEN_TYPE,
      subject_token: assertion(),
      client_id: 'agent',
      client_secret: SECRET,
    })
    const post = (body: URLSearchParams | string) => fetch(`${origin}/token`, { method: 'POST', body })
    expect((await post(form)).status).toBe(200)
    expect((await post(new URLSearchParams(`${form}&grant_type=x`))).status).toBe(400)
    expect((await post('plain')).status).toBe(415)
  })

  test('answers 429 to somebody who guesses', async () => {
    const { ask } = await startAgency()
    const statuses = new Set<number>()
    for (let guess = 0; guess < 32; guess += 1) statuses.add((await ask({}, `agent:${guess}`)).status)
    expect([...statuses]).toEqual([401, 429])
    // The right secret is not found by going on; other clients behind the same address are not held up.
    const right = await ask({ subject_token: 'x' })
    expect([right.status, right.headers.has('retry-after')]).toEqual([429, true])
    expect((await ask({ subject_token: 'x' }, `hr:${SECRET}`)).status).toBe(400)
  })

  test('answers 429 to somebody who sends no form of a client again and again', async () => {
    const { ask } = await startAgency()
    const statuses = new Set<number>()
    for (let at = 0; at < 32; at += 1) statuses.add((await ask('a=1&a=2', 'nobody:nothing')).status)
    expect([...statuses]).toEqual([400, 429])
  })

  test('is found, with what it can do, by the issuer of its tokens', async () => {
    const { origin } = await startAgency()
    const client = { clientId: 'agent', proof: SECRET }
    const endpoint = tokenEndpoint({ ...client, issuer: origin })
    const refused = endpoint.ask(TOKEN_EXCHANGE, {
      subject_token: 'x',
      subject_token_type: ACCESS_TOKEN_TYPE,
    })
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request' })
    const metadata = await fetch(`${origin}/.well-known/oauth-authorization-server`)
    expect(await metadata.json()).toEqual({
      issuer: origin,
      token_endpoint: `${origin}/token`,
      jwks_uri: `${origin}/.well-known/jwks.json`,
      grant_types_supported: [TOKEN_EXCHANGE],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      response_types_supported: [],
    })
  })

  test('leaves an audit event of every exchange and refusal, and never a token', async () => {
    const { act, ask, assertion, audit } = await startAgency()
    const { token } = await act()
    await ask({ subject_token: assertion() }, 'agent:wrong')
    const kept = { server: 'gateway', kind: 'token', name: 'exchange' }
    await expect
      .poll(() => audit.events().filter(({ kind }) => kind === 'token'))
      .toMatchObject([
        { ...kept, subject: 'alice', tenant: 'acme', clientId: 'agent', decision: 'allowed' },
        { ...kept, decision: 'refused', rule: 'invalid_client' },
      ])
    const written = JSON.stringify(audit.events())
    for (const secret of [String(token), assertion(), SECRET]) expect(written).not.toContain(secret)
  })

  test('is not there without clients', async () => {
    const gateway = await startGateway(await newSite(), [])
    expect((await fetch(`${gateway.origin}/token`, { method: 'POST' })).status).toBe(404)
  })
})

describe('GATEWAY_CLIENTS', () => {
  const servers = parseServers({ GATEWAY_SERVERS: '[{"name":"hr","url":"http://127.0.0.1:1/mcp"}]' })
  test.each([
    ['{', 'not JSON'],
    [JSON.stringify([{ id: 'hr', server: 'hr', secret: 'plain text' }]), 'hash of the secret'],
    [JSON.stringify([{ id: 'hr', server: 'nowhere', secret: hash }]), 'no server "nowhere"'],
    [JSON.stringify([1, 2].map(() => ({ id: 'hr', server: 'hr', secret: hash }))), 'twice'],
  ])('%s is refused with the reason', (text, reason) => {
    expect(() => parseClients(text, servers)).toThrow(reason)
    expect(() => parseClients(text, servers)).not.toThrow('plain text')
  })
})
