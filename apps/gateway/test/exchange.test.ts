import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { type ExchangingOptions, startExchanging } from './fixture/exchanging.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { describes, rawServer } from './fixture/raw-server.ts'

const JSON_RPC = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

function claimsIn(headers: Readonly<Record<string, unknown>> = {}) {
  return decodeJwt(String(headers.authorization).replace('Bearer ', ''))
}

/** The result of a call. */
async function resultOf(response: Response | Promise<Response>) {
  const { result } = (await (await response).json()) as { result: Record<string, unknown> }
  return result
}

/** What a failed call says for programs. */
async function failureOf(response: Response | Promise<Response>) {
  const { isError, _meta: meta } = await resultOf(response)
  expect(isError).toBe(true)
  return (meta as Record<string, Record<string, unknown>>)['dev.atoll/error']
}

describe('a call for which a token is exchanged', () => {
  test.each<[string, ExchangingOptions, string, 'resource' | 'audience']>([
    ['the key that the gateway publishes', {}, 'mcp-gateway', 'resource'],
    ['a secret in a file', { secret: 'a secret: 100 %+ of chance & more' }, 'mcp-gateway', 'resource'],
    ['a token that says who acts', { exchange: { actorToken: true } }, 'gateway', 'resource'],
    [
      'the audience in place of the resource',
      { exchange: { target: 'audience', discovery: 'assertion' } },
      ...(['mcp-gateway', 'audience'] as const),
    ],
  ])(
    'reaches the server as the user, for it and for what is needed alone: %s',
    async (_, options, actor, target) => {
      const { call, idp, hr } = await startExchanging(options)
      const { structuredContent } = await resultOf(call(await idp.signIn()))
      const alice = { subject: 'alice', tenant: 'acme', scopes: ['hr:read'] }
      expect(structuredContent).toEqual({ ...alice, actor, issuer: idp.issuer })
      const arrival = hr.arrivals.findLast(({ message }) => message.method === 'tools/call')
      const { aud, exp = 0, iat = 0, act } = claimsIn(arrival?.headers)
      expect({ aud, act }).toEqual({ aud: hr.url, act: { sub: actor } })
      expect(exp - iat).toBeLessThanOrEqual(120)
      expect(idp.asked).toMatchObject([
        { client: 'mcp-gateway', params: { [target]: hr.url, scope: 'hr:read' } },
      ])
    },
  )

  test('does not outlive the token of the caller', async () => {
    const { call, idp, hr } = await startExchanging()
    const token = await idp.signIn({ ttl: 40 })
    await call(token)
    const arrival = hr.arrivals.findLast(({ message }) => message.method === 'tools/call')
    expect(claimsIn(arrival?.headers).exp).toBeLessThanOrEqual(decodeJwt(token).exp ?? 0)
  })

  test('asks once for calls that come together, and for each token, server and scope anew', async () => {
    const { call, idp } = await startExchanging()
    const [token, later] = [await idp.signIn(), await idp.signIn()]
    await Promise.all(Array.from({ length: 8 }, () => call(token)))
    await call(token)
    expect(idp.asked).toHaveLength(1)
    await call(token, 'orders__list_my_orders')
    await call(token, 'hr__promote', { name: 'Ada', confirm: true })
    await call(later)
    expect(idp.asked.map(({ params }) => params.scope)).toEqual([
      ...['hr:read', 'orders:read', 'hr:write', 'hr:read'],
    ])
    expect(new Set(idp.asked.map(({ params }) => params.subject_token))).toEqual(new Set([token, later]))
  })

  test('leaves no token in the log or the audit, whatever becomes of it', async () => {
    const { telemetry, lines, events } = keptAudit()
    const { call, idp } = await startExchanging({ telemetry, env: { LOG_LEVEL: 'trace' } })
    const token = await idp.signIn()
    await call(token)
    idp.behaviour.refuses = 'access_denied'
    await call(token, 'hr__promote', { name: 'Ada', confirm: true })
    idp.behaviour.refuses = 'invalid_client'
    await call(token, 'orders__list_my_orders')
    await expect.poll(() => events().length).toBe(3)
    const [, , signature = ''] = token.split('.')
    expect(JSON.stringify(lines())).not.toContain(signature)
    expect(lines().filter(({ msg }) => msg === 'A call failed')).toHaveLength(1)
    expect(JSON.stringify(lines())).toContain('answered invalid_client')
  })
})

describe('an identity provider', () => {
  test('that is gone makes calls fail in a way that says when to try again, and no call that it is not needed for', async () => {
    const { call, idp } = await startExchanging()
    const token = await idp.signIn()
    await call(token)
    await idp.stop()
    expect(await resultOf(call(token))).toMatchObject({ structuredContent: { subject: 'alice' } })
    expect(await failureOf(call(token, 'orders__list_my_orders'))).toMatchObject({
      ...{ code: 'UNAVAILABLE', retryable: true, retryAfter: 5 },
    })
  })

  test('that does not stand by the token any more sends its caller to sign in again', async () => {
    const { call, idp, hr, origin } = await startExchanging()
    idp.behaviour.refuses = 'invalid_grant'
    const response = await call(await idp.signIn())
    expect(response.status).toBe(401)
    const challenge = response.headers.get('www-authenticate') ?? ''
    expect(challenge).toContain('error="invalid_token"')
    expect(challenge).toContain(`resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`)
    expect(hr.arrivals.filter(({ message }) => message.method === 'tools/call')).toEqual([])
  })

  test('sends 2025-era clients to sign in again in the same way', async () => {
    const { idp, mcp } = await startExchanging()
    idp.behaviour.refuses = 'invalid_grant'
    const response = await fetch(mcp, {
      method: 'POST',
      headers: { authorization: `Bearer ${await idp.signIn()}`, ...JSON_RPC },
      body: JSON.stringify({
        ...{ jsonrpc: '2.0', id: 1, method: 'resources/read' },
        params: { uri: 'hr+config://company' },
      }),
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  test('that says no is heard, and the refusal is audited', async () => {
    const { telemetry, events } = keptAudit()
    const { call, idp } = await startExchanging({ telemetry })
    idp.behaviour.refuses = 'access_denied'
    expect(await failureOf(call(await idp.signIn()))).toMatchObject({ code: 'FORBIDDEN', retryable: false })
    idp.behaviour.refuses = 'invalid_grant'
    await call(await idp.signIn())
    await expect
      .poll(() => events().map(({ rule, errorCode }) => [rule, errorCode]))
      .toEqual([
        [undefined, 'FORBIDDEN'],
        ['token', 'UNAUTHORIZED'],
      ])
  })

  test('that is slow costs a call no more than its deadline, and the next call nothing', async () => {
    const raw = await rawServer()
    const { idp, call } = await startExchanging({
      others: [{ name: 'raw', url: raw.url, callTimeout: '200ms' }],
    })
    const released = Promise.withResolvers<void>()
    idp.behaviour.before = () => released.promise
    const token = await idp.signIn()
    expect(await failureOf(call(token, 'raw__echo'))).toMatchObject({ code: 'TIMEOUT' })
    released.resolve()
    await expect.poll(async () => (await resultOf(call(token, 'raw__echo'))).isError).toBeUndefined()
    expect(idp.asked).toHaveLength(1)
  })

  test('that is slow does not keep what it does for a caller who left', async () => {
    const { telemetry, events } = keptAudit()
    const { idp, mcp, hr } = await startExchanging({ telemetry })
    const asked = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    idp.behaviour.before = () => {
      asked.resolve()
      return released.promise
    }
    const leaving = new AbortController()
    const answered = fetch(mcp, {
      method: 'POST',
      signal: leaving.signal,
      headers: { authorization: `Bearer ${await idp.signIn()}`, ...JSON_RPC },
      body: JSON.stringify({
        ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
        params: { name: 'hr__who_am_i', arguments: {} },
      }),
    }).catch((error: Error) => error.name)
    await asked.promise
    leaving.abort()
    expect(await answered).toBe('AbortError')
    await expect.poll(() => events().map(({ outcome }) => outcome)).toEqual(['cancelled'])
    released.resolve()
    expect(hr.arrivals.filter(({ message }) => message.method === 'tools/call')).toEqual([])
  })

  test.each([
    ['for the gateway itself', { audience: 'the gateway' }],
    ['with more than was asked for', { moreScope: 'hr:write' }],
    ["that is the caller's own", { echoes: true }],
    ['of somebody else', { subject: 'bob' }],
    ['of its client itself', { subject: 'mcp-gateway' }],
    ['that is bound to a key', { tokenType: 'DPoP' }],
    ['that is none to be sent', { tokenType: 'N_A' }],
    ['that only renews others', { issuedTokenType: 'urn:ietf:params:oauth:token-type:refresh_token' }],
  ])('that gives a token %s is not trusted, and the server sees nothing of it', async (_, wrong) => {
    const { call, idp, hr, mcp } = await startExchanging()
    Object.assign(idp.behaviour, wrong, 'audience' in wrong && { audience: mcp })
    expect(await failureOf(call(await idp.signIn()))).toMatchObject({ code: 'UNAVAILABLE' })
    expect(hr.arrivals.filter(({ message }) => message.method === 'tools/call')).toEqual([])
  })
})

describe('a caller', () => {
  test('whose credential is none of the provider’s gets no further, and nobody is shown it', async () => {
    const { post, idp, hr } = await startExchanging({
      env: {
        MCP_BEARER_TOKEN: 'a-static-token-of-a-script',
        MCP_BEARER_TENANT: 'acme',
        MCP_BEARER_SCOPES: 'hr:read',
      },
    })
    const headers = { authorization: 'Bearer a-static-token-of-a-script' }
    const failure = await failureOf(post('tools/call', { name: 'hr__who_am_i', arguments: {} }, { headers }))
    expect(failure).toMatchObject({ code: 'FORBIDDEN' })
    expect(idp.asked).toEqual([])
    expect(hr.arrivals.filter(({ message }) => message.method === 'tools/call')).toEqual([])
  })

  test('sees the lists that are theirs with a token exchanged for them', async () => {
    const { post, idp, hr } = await startExchanging()
    const headers = { authorization: `Bearer ${await idp.signIn({ subject: 'bob' })}` }
    const first = await resultOf(post('resources/list', {}, { headers }))
    const own = await resultOf(post('resources/list', { cursor: first.nextCursor }, { headers }))
    expect(own.resources).toMatchObject([{ uri: 'hr+employee://bob' }])
    expect(claimsIn(hr.arrivals.at(-1)?.headers)).toMatchObject({ sub: 'bob', aud: hr.url })
  })
})

describe('a server', () => {
  test('that refuses a token gets a new one once, and no more for as long as it refuses all', async () => {
    const raw = await rawServer((request) => {
      if (!describes(request, ['echo'])) request.response.writeHead(401).end()
    })
    const { call, idp } = await startExchanging({ others: [{ name: 'raw', url: raw.url }] })
    const token = await idp.signIn()
    for (let times = 0; times < 3; times++)
      expect(await failureOf(call(token, 'raw__echo'))).toMatchObject({ code: 'UNAVAILABLE' })
    const calls = raw.requests.filter(({ method }) => method === 'tools/call')
    expect(calls).toHaveLength(6)
    expect(new Set(calls.map(({ headers }) => headers.authorization)).size).toBe(2)
    expect(idp.asked).toHaveLength(2)
  })

  test('may take assertions of the gateway while the others have tokens exchanged', async () => {
    const raw = await rawServer()
    const { call, idp, origin } = await startExchanging({
      others: [{ name: 'raw', url: raw.url, tokens: 'assertion' }],
    })
    await call(await idp.signIn(), 'raw__echo')
    expect(claimsIn(raw.requests.at(-1)?.headers)).toMatchObject({ iss: origin, sub: 'alice' })
    expect(idp.asked).toEqual([])
  })

  test('is looked at with the gateway’s own token of the provider, which has no scope', async () => {
    const { hr, idp } = await startExchanging()
    expect(hr.arrivals.length).toBeGreaterThan(0)
    for (const { headers } of hr.arrivals) {
      const { scope, ...claims } = claimsIn(headers)
      expect(claims).toMatchObject({ iss: idp.issuer, sub: 'mcp-gateway', aud: hr.url, tenant: 'none' })
      expect(scope).toBeUndefined()
    }
  })

  test('is looked at with an assertion where the configuration says so, which also has none', async () => {
    const { hr, origin } = await startExchanging({ exchange: { discovery: 'assertion' } })
    expect(hr.arrivals.length).toBeGreaterThan(0)
    for (const { headers } of hr.arrivals)
      expect(claimsIn(headers)).toMatchObject({ iss: origin, sub: 'gateway', scope: '', tenant: 'none' })
  })
})
