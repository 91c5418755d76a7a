import { ForbiddenError, InsufficientScopeError, UnauthorizedError, UnavailableError } from '@atoll/errors'
import { expect, test } from 'vitest'
import { InvalidTokenError, MissingTokenError } from '../src/index.ts'
import { testAuthenticator } from './test-authenticator.ts'

const challenge = (error: unknown) => testAuthenticator('https://idp.example/jwks').challenge(error)
const WHERE = 'resource_metadata="http://127.0.0.1:3001/.well-known/oauth-protected-resource/mcp"'

test('invites who brings no token, and names no error', () => {
  expect(challenge(new MissingTokenError('Sign in first.'))).toBe(
    `Bearer scope="orders:read orders:write", ${WHERE}`,
  )
})

test('tells why a token was refused', () => {
  expect(challenge(new InvalidTokenError('The token has expired.'))).toBe(
    `Bearer error="invalid_token", error_description="The token has expired.", scope="orders:read orders:write", ${WHERE}`,
  )
  expect(challenge(new UnauthorizedError('No.'))).toContain('error="invalid_token"')
})

test('names all scopes that an operation needs', () => {
  expect(challenge(new InsufficientScopeError(['orders:read', 'orders:support']))).toBe(
    `Bearer error="insufficient_scope", error_description="This needs the scopes orders:read orders:support.", scope="orders:read orders:support", ${WHERE}`,
  )
})

test('asks for the scopes of the moment, where they are learned while serving', () => {
  const scopes: string[] = []
  const authenticator = testAuthenticator('https://idp.example/jwks', { scopesSupported: () => scopes })
  expect(authenticator.challenge(undefined)).toBe(`Bearer ${WHERE}`)
  scopes.push('hr:read')
  expect(authenticator.challenge(undefined)).toBe(`Bearer scope="hr:read", ${WHERE}`)
})

test('does not call anything else the fault of the token', () => {
  for (const error of [
    new ForbiddenError('No.'),
    new UnavailableError('Later.'),
    new Error('x'),
    undefined,
  ]) {
    expect(challenge(error)).toBe(`Bearer scope="orders:read orders:write", ${WHERE}`)
  }
})

test('lets nothing out of its quotes', () => {
  const nasty = 'a"\r\nSet-Cookie: x=1\r\n\r\n<b>\\"é\u0000\u2028'
  const values = [
    challenge(new InvalidTokenError(nasty)),
    challenge(new InsufficientScopeError([nasty, 'orders:read', 'x"y'])),
    testAuthenticator('https://idp.example/jwks', { scopesSupported: [nasty, 'orders:read'] }).challenge(
      undefined,
    ),
    testAuthenticator('https://idp.example/jwks', { resource: `https://a.example/${nasty}` }).challenge(
      undefined,
    ),
  ]
  for (const value of values) {
    expect(value).toMatch(/^Bearer (\w+="[\x20\x21\x23-\x5b\x5d-\x7e]*"(, |$))+$/)
    expect(() => new Headers({ 'www-authenticate': value })).not.toThrow()
  }
  expect(values[1]).toContain(' scope="orders:read",')
  expect(values[2]).toContain(' scope="orders:read",')
})
