import { inspect } from 'node:util'
import { ForbiddenError, UnavailableError } from '@atoll/errors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ACCESS_TOKEN_TYPE,
  exchangedTokens,
  InvalidTokenError,
  type Principal,
  type TokenEndpoint,
} from '../../src/index.ts'
import { keepSubjectToken } from '../../src/outbound/subject-tokens.ts'
import type { TokenAnswer } from '../../src/outbound/token-answer.ts'
import { TokenRefusedError } from '../../src/outbound/token-failure.ts'

const IDP = 'https://id.example'
const START = 1_000_000
const SCOPES = ['a:read', 'a:write', 'b:read']

interface Handed {
  subject: string
  audience: string
  scope: string
  expiresAt: number
}

/** An endpoint whose tokens say what they were handed out for. */
function provider(life = 120) {
  const time = { now: START }
  const handed = new Map<string, Handed>()
  const faults: Error[] = []
  let running = new Map<string, number>()
  const endpoint: TokenEndpoint = {
    issuer: IDP,
    async ask(_grant, { subject_token: subject = '', resource: audience = '', scope = '' }) {
      const about = `${subject} ${audience} ${scope}`
      running = running.set(about, (running.get(about) ?? 0) + 1)
      expect(running.get(about)).toBe(1)
      await Promise.resolve()
      running.set(about, 0)
      const fault = faults.shift()
      if (fault) throw fault
      const token = `issued-${handed.size}`
      const expiresAt = time.now + life
      handed.set(token, { subject, audience, scope, expiresAt })
      return { token, expiresAt, claims: { aud: audience }, scopes: scope.split(' ').filter(Boolean) }
    },
  }
  return { time, handed, faults, endpoint }
}

function caller(token: string, more: Partial<Principal> = {}): Principal {
  const principal: Principal = {
    ...{ subject: 'alice', tenant: 'acme', clientId: 'desktop', issuer: IDP, expiresAt: START + 3600 },
    ...{ scopes: new Set(SCOPES), roles: new Set<string>() },
    ...more,
  }
  keepSubjectToken(principal, token)
  return principal
}

function open(life?: number, max?: number) {
  const idp = provider(life)
  const source = exchangedTokens({
    endpoint: idp.endpoint,
    subjectIssuers: new Set([IDP]),
    clock: () => idp.time.now * 1000,
    ...(max !== undefined && { maxCachedTokens: max }),
  })
  return { ...idp, source }
}

const needed = { audience: 'https://a.example/mcp', scopes: ['a:read'] }

test('a remembered token is never that of another caller, server or scope, and never outlives anything', async () => {
  const step = fc.record({
    caller: fc.nat(5),
    audience: fc.constantFrom('https://a.example/mcp', 'https://a.example/mcp2', 'https://b.example/mcp'),
    scopes: fc.uniqueArray(fc.constantFrom(...SCOPES, 'not:granted')),
    fresh: fc.boolean(),
    wait: fc.constantFrom(0, 0, 0, 1, 20, 100, 1000),
    atOnce: fc.integer({ min: 1, max: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 6 }),
      async (steps, max) => {
        const { source, handed, time } = open(90, max)
        // The same person with two tokens, and two people whose names differ in one letter.
        const callers = [0, 1, 2, 3, 4, 5].map((index) =>
          caller(`token-${index}`, {
            subject: index < 2 ? 'alice' : `alice${index}`,
            scopes: new Set(index % 2 ? SCOPES : SCOPES.slice(0, 2)),
            expiresAt: START + 60 + index * 1500,
          }),
        )
        for (const { caller: index, audience, scopes, fresh, wait, atOnce } of steps) {
          time.now += wait
          const principal = callers[index] as Principal
          const ask = async () => source.token({ principal, audience, scopes, fresh })
          if (principal.expiresAt <= time.now) {
            await expect(ask()).rejects.toThrow(InvalidTokenError)
            continue
          }
          for (const { token, expiresAt } of await Promise.all(Array.from({ length: atOnce }, ask))) {
            const about = handed.get(token)
            const granted = scopes.filter((scope) => principal.scopes.has(scope))
            expect(about).toMatchObject({
              subject: `token-${index}`,
              audience,
              scope: granted.sort().join(' '),
            })
            expect(expiresAt).toBeGreaterThan(time.now)
            expect(expiresAt).toBeLessThanOrEqual(Math.min(about?.expiresAt ?? 0, principal.expiresAt))
          }
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('no more is remembered than is allowed', async () => {
  const { source, handed } = open(120, 2)
  const ask = async (name: string) => source.token({ ...needed, principal: callers[name] as Principal })
  const callers: Record<string, Principal> = { a: caller('a'), b: caller('b'), c: caller('c') }
  for (const name of ['a', 'b', 'c', 'b', 'c', 'a']) await ask(name)
  expect([...handed.values()].map(({ subject }) => subject)).toEqual(['a', 'b', 'c', 'a'])
})

test('a token is renewed before it ends without anybody waiting, and used while none can be had', async () => {
  const { source, handed, time, faults } = open(120)
  const principal = caller('t')
  const ask = () => source.token({ ...needed, principal })
  await ask()
  time.now += 95
  faults.push(new UnavailableError('down'))
  expect(ask()).toMatchObject({ token: 'issued-0' })
  await expect.poll(() => faults).toEqual([])
  time.now += 9
  expect(ask()).toMatchObject({ token: 'issued-0' })
  expect(handed.size).toBe(1)
  time.now += 1
  expect(ask()).toMatchObject({ token: 'issued-0' })
  await expect.poll(ask).toMatchObject({ token: 'issued-1' })
})

test('is used for five minutes at most, whatever the provider gives', async () => {
  const { source } = open(86_400)
  expect(await source.token({ ...needed, principal: caller('t') })).toMatchObject({ expiresAt: START + 300 })
})

test('a server that refuses every token gets one new one, not one for each refusal', async () => {
  const { source, handed, time } = open()
  const principal = caller('t')
  const ask = async (fresh: boolean) => source.token({ ...needed, principal, fresh })
  await ask(false)
  for (let times = 0; times < 5; times++) await ask(true)
  expect(handed.size).toBe(2)
  time.now += 10
  await ask(true)
  expect(handed.size).toBe(3)
})

test.each([
  ['invalid_grant', InvalidTokenError],
  ['interaction_required', InvalidTokenError],
  ['access_denied', ForbiddenError],
  ['invalid_scope', ForbiddenError],
  ['invalid_target', UnavailableError],
  ['invalid_client', UnavailableError],
  ['unauthorized_client', UnavailableError],
])('%s is an error for whoever can mend it', async (code, kind) => {
  const { source, faults } = open()
  faults.push(new TokenRefusedError(code, IDP))
  await expect(source.token({ ...needed, principal: caller('t') })).rejects.toThrow(kind)
})

test.each<[string, Partial<TokenAnswer>]>([
  ['for another server', { claims: { aud: 'https://b.example/mcp' } }],
  ['for this server and another', { claims: { aud: [needed.audience, 'https://b.example/mcp'] } }],
  ['for nobody', { claims: {} }],
  ['with more scopes than were asked for', { scopes: ['a:read', 'a:write'] }],
  ["that is the caller's own", { token: 'own', claims: undefined }],
  ['that is no access token', { issuedType: 'urn:ietf:params:oauth:token-type:id_token' }],
  ['that cannot be sent at all', { issuedType: 'N_A' }],
  ['of somebody else', { claims: { aud: needed.audience, iss: IDP, sub: 'bob' } }],
  ['of somebody else that does not name its issuer', { claims: { aud: needed.audience, sub: 'bob' } }],
  [
    'of the same name in another tenant',
    { claims: { aud: needed.audience, iss: IDP, sub: 'alice', tenant: 'b' } },
  ],
  [
    'of whoever asked, and not of the caller',
    { claims: { aud: needed.audience, iss: 'https://a.example', sub: 'gateway', client_id: 'gateway' } },
  ],
])('a token %s is not used', async (_, wrong) => {
  const answer = { token: 't', expiresAt: START + 60, claims: undefined, scopes: undefined, ...wrong }
  const endpoint = { issuer: IDP, ask: async () => answer }
  const options = { endpoint, subjectIssuers: new Set([IDP]), clock: () => START * 1000 }
  const asking = exchangedTokens(options).token({ ...needed, principal: caller('own') })
  await expect(asking).rejects.toThrow(UnavailableError)
})

test.each<[string, Partial<TokenAnswer>]>([
  ['that says what it is', { issuedType: ACCESS_TOKEN_TYPE }],
  ['that is called what it is written as', { issuedType: 'urn:ietf:params:oauth:token-type:jwt' }],
  ['of the caller', { claims: { aud: needed.audience, iss: IDP, sub: 'alice', tenant: 'acme' } }],
  [
    'of the caller, as another issuer calls them',
    { claims: { aud: needed.audience, iss: 'x', sub: 'A-17' } },
  ],
])('a token %s is used', async (_, right) => {
  const answer = { token: 't', expiresAt: START + 60, claims: undefined, scopes: undefined, ...right }
  const endpoint = { issuer: IDP, ask: async () => answer }
  const options = { endpoint, subjectIssuers: new Set([IDP]), clock: () => START * 1000 }
  const asking = exchangedTokens(options).token({ ...needed, principal: caller('own') })
  expect(await asking).toMatchObject({ token: 't' })
})

test('scopes about the person do no harm', async () => {
  const scopes = ['openid', 'profile', 'email', 'a:read']
  const answer = { token: 't', expiresAt: START + 60, claims: undefined, scopes }
  const endpoint = { issuer: IDP, ask: async () => answer }
  const options = { endpoint, subjectIssuers: new Set([IDP]), clock: () => START * 1000 }
  expect(await exchangedTokens(options).token({ ...needed, principal: caller('own') })).toMatchObject({
    token: 't',
  })
})

test('who did not sign in at the provider gets nothing, and nothing is shown to it', () => {
  const { source, handed } = open()
  const elsewhere = caller('t', { issuer: 'https://other.example' })
  const { ...copied } = caller('t')
  const kept: Principal = { ...copied, issuer: IDP }
  for (const principal of [elsewhere, kept]) {
    expect(() => source.token({ ...needed, principal })).toThrow(ForbiddenError)
  }
  expect(handed.size).toBe(0)
})

test('nothing that prints or copies a principal shows its token', () => {
  const principal = caller('the secret token')
  const shown = [inspect(principal, { showHidden: true, depth: 9 }), JSON.stringify(principal)]
  expect(`${shown} ${Object.values({ ...principal })} ${structuredClone(principal)}`).not.toContain('secret')
})
