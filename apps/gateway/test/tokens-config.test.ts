import { describe, expect, test } from 'vitest'
import { parseServers } from '../src/config.ts'
import { parseTokens, subjectIssuersOf } from '../src/tokens/tokens-config.ts'
import { newSite, startGateway } from './fixture/fleet.ts'

const IDP = 'https://login.example.com'
const EXCHANGE = { issuer: IDP, clientId: 'mcp-gateway', clientSecretFile: '/run/secrets/client' }

function parse(env: Record<string, string>, hr: object = {}, trusted = [IDP]) {
  const GATEWAY_SERVERS = JSON.stringify([{ name: 'hr', url: 'http://127.0.0.1:3001/mcp', ...hr }])
  const servers = parseServers({ GATEWAY_SERVERS })
  const exchangeOf = parseTokens(env, servers, trusted)
  return exchangeOf(servers[0] as (typeof servers)[0])
}

const exchange = (change: object = {}) => ({
  GATEWAY_TOKENS: 'exchange',
  GATEWAY_EXCHANGE: JSON.stringify({ ...EXCHANGE, ...change }),
})

describe('what calls carry', () => {
  test('is an assertion unless the configuration says otherwise', () => {
    expect(parse({})).toBeUndefined()
    expect(parse({ GATEWAY_EXCHANGE: exchange().GATEWAY_EXCHANGE })).toBeUndefined()
  })

  test('is exchanged for all servers, or for one, or for all but one', () => {
    expect(parse(exchange())).toMatchObject({ issuer: IDP, target: 'resource', timeout: 5000 })
    const { GATEWAY_EXCHANGE } = exchange()
    expect(parse({ GATEWAY_EXCHANGE }, { tokens: 'exchange' })).toMatchObject({ clientId: 'mcp-gateway' })
    expect(parse(exchange(), { tokens: 'assertion' })).toBeUndefined()
  })

  test('may be exchanged elsewhere for one server', () => {
    const own = { ...EXCHANGE, clientId: 'other', subjectIssuers: ['https://people.example.com'] }
    const found = parse(exchange(), { exchange: own }, ['https://people.example.com'])
    expect(found).toMatchObject({ clientId: 'other' })
    expect(found && subjectIssuersOf(found)).toEqual(['https://people.example.com'])
  })

  test.each<[string, Record<string, string>, object, string]>([
    ['no other word', { GATEWAY_TOKENS: 'forward' }, {}, 'GATEWAY_TOKENS'],
    ['nowhere', { GATEWAY_TOKENS: 'exchange' }, {}, 'Tokens for hr are to be exchanged, so GATEWAY_EXCHANGE'],
    ['no JSON', { GATEWAY_EXCHANGE: 'https://login' }, {}, 'GATEWAY_EXCHANGE is not JSON. It is JSON like'],
    ['without a client', exchange({ clientId: undefined }), {}, 'GATEWAY_EXCHANGE is not right: clientId'],
    ['over plain http', exchange({ issuer: 'http://login.example.com' }), {}, 'issuer must be an https URL'],
    [
      'at a plain endpoint',
      exchange({ tokenEndpoint: 'http://x/token' }),
      {},
      'tokenEndpoint must be an https',
    ],
    [
      'with two proofs',
      exchange({ clientKeyFile: '/key' }),
      {},
      'clientKeyFile and clientSecretFile must not',
    ],
    ['with a secret written down', exchange({ clientSecret: 'hunter2' }), {}, 'clientSecret'],
    ['with a time without unit', exchange({ timeout: '5' }), {}, 'timeout must be a time with its unit'],
    ['and asserted', {}, { tokens: 'assertion', exchange: EXCHANGE }, 'entry 1, exchange, is of no use'],
  ])('is not exchanged %s, and the error says why and shows no secret', (_, env, server, message) => {
    expect(() => parse(env, server)).toThrow(message)
    expect(() => parse(env, server)).not.toThrow('hunter2')
  })

  test('is not exchanged for tokens that nobody can come with', () => {
    expect(() => parse(exchange(), {}, ['https://other.example.com'])).toThrow(
      `Tokens of ${IDP} are to be exchanged for hr, but AUTH_ISSUERS does not trust it`,
    )
  })
})

test('a gateway does not start with a secret that cannot be read, and says which', async () => {
  const site = await newSite()
  const GATEWAY_EXCHANGE = JSON.stringify({ ...EXCHANGE, issuer: `${site.origin}/development` })
  const env = { GATEWAY_TOKENS: 'exchange', GATEWAY_EXCHANGE }
  const started = startGateway(site, [{ name: 'hr', url: 'http://127.0.0.1:9/mcp' }], { env })
  await expect(started).rejects.toThrow('clientSecretFile (/run/secrets/client) of the token exchange')
})
