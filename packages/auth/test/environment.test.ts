import { InvalidError } from '@atoll/errors'
import { expect, test } from 'vitest'
import { parseAuthEnvironment } from '../src/index.ts'

const issuer = { issuer: 'https://idp.example', jwks: 'https://idp.example/jwks' }
const token = {
  MCP_BEARER_TOKEN: 'correct-horse',
  MCP_BEARER_TENANT: 'acme',
  MCP_BEARER_SCOPES: 'orders:read  orders:write',
}

function problem(env: Record<string, string>): string {
  try {
    parseAuthEnvironment({ PORT: '3001', ...env })
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidError)
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}

test('needs no more than a port', () => {
  expect(parseAuthEnvironment({ PORT: '3001', HOME: '/root' })).toEqual({
    resource: 'http://127.0.0.1:3001/mcp',
    issuers: [],
    staticTokens: [],
  })
})

test('reads everything', () => {
  const issuers = [
    { ...issuer, tenants: ['acme'] },
    { issuer: 'http://127.0.0.1:3000/development', jwks: 'file:///x/jwks.json', authorizationServer: false },
    { issuer: 'https://gateway.example', jwks: 'https://gateway.example/jwks', gateway: true },
  ]
  const env = {
    PORT: '3001',
    PUBLIC_URL: 'HTTPS://Orders.Example:443/mcp',
    AUTH_ISSUERS: JSON.stringify(issuers),
    ...token,
    MCP_BEARER_SUBJECT: 'ci',
    MCP_API_KEYS_FILE: '/etc/atoll/keys.json',
  }
  expect(parseAuthEnvironment(env)).toEqual({
    resource: 'https://orders.example/mcp',
    issuers,
    staticTokens: [
      { token: 'correct-horse', subject: 'ci', tenant: 'acme', scopes: ['orders:read', 'orders:write'] },
    ],
    apiKeysFile: '/etc/atoll/keys.json',
  })
})

test('takes an empty variable for an absent one', () => {
  const env = { PORT: '3001', PUBLIC_URL: '', AUTH_ISSUERS: ' ', MCP_BEARER_TOKEN: '', MCP_API_KEYS_FILE: '' }
  expect(parseAuthEnvironment(env)).toEqual(parseAuthEnvironment({ PORT: '3001' }))
})

test('names the variable that is wrong', () => {
  const issuers = (value: unknown) => problem({ AUTH_ISSUERS: JSON.stringify(value) })
  expect(problem({ AUTH_ISSUERS: '[{' })).toContain('AUTH_ISSUERS is not JSON')
  expect(issuers(issuer)).toContain('AUTH_ISSUERS ')
  expect(issuers([issuer, issuer])).toContain('AUTH_ISSUERS names an issuer twice')
  expect(issuers([{ ...issuer, jwks: 'http://idp.example/jwks' }])).toContain(
    'AUTH_ISSUERS (0.jwks) must be an https',
  )
  expect(issuers([issuer, { ...issuer, issuer: 'idp' }])).toContain(
    'AUTH_ISSUERS (1.issuer) must be an http(s) URL',
  )
  expect(issuers([{ ...issuer, audience: 'x' }])).toContain('AUTH_ISSUERS (0)')
  expect(problem({ PUBLIC_URL: 'orders.example/mcp' })).toContain('PUBLIC_URL must be')
  expect(problem({ PUBLIC_URL: 'https://orders.example/mcp#x' })).toContain('PUBLIC_URL must be')
  expect(problem({ PORT: 'http' })).toContain('PORT must be')
  expect(problem({ PORT: '0' })).toContain('PUBLIC_URL is needed')
  expect(problem({ ...token, MCP_BEARER_TENANT: '' })).toContain('MCP_BEARER_TENANT is needed')
  expect(problem({ ...token, MCP_BEARER_SCOPES: '' })).toContain('MCP_BEARER_SCOPES is needed')
  expect(problem({ ...token, MCP_BEARER_SCOPES: 'a "b"' })).toContain('MCP_BEARER_SCOPES must be scopes')
  expect(problem({ ...token, MCP_BEARER_TOKEN: 'atk_x' })).toContain('MCP_BEARER_TOKEN must not begin')
})

test('names all that is wrong at once', () => {
  expect(problem({ PUBLIC_URL: 'x', AUTH_ISSUERS: 'x' })).toMatch(/PUBLIC_URL.*AUTH_ISSUERS/)
})

test('never shows a value', () => {
  expect(problem({ ...token, MCP_BEARER_TOKEN: 'se cret\n' })).not.toContain('cret')
  expect(problem({ AUTH_ISSUERS: '{"password":"secret"' })).not.toContain('secret')
})

test('takes no short static token in production', () => {
  const short = { ...token, PORT: '3001', NODE_ENV: 'production' }
  expect(problem(short)).toContain('MCP_BEARER_TOKEN must have at least 32 characters in production')
  const env = { ...short, MCP_BEARER_TOKEN: 'x'.repeat(32) }
  expect(parseAuthEnvironment(env).staticTokens).toHaveLength(1)
})
