import { expect, test } from 'vitest'
import { missingScopes, requireScopes } from '../src/index.ts'

const principal = { scopes: new Set(['orders:read', 'orders:write']) }

test('lets through who has every scope', () => {
  expect(missingScopes(principal, ['orders:write', 'orders:read'])).toEqual([])
  expect(() => requireScopes(principal, ['orders:write'])).not.toThrow()
  expect(() => requireScopes(principal, [])).not.toThrow()
})

test('names what is missing, and in the refusal all that is needed', () => {
  const needed = ['orders:read', 'orders:support']
  expect(missingScopes(principal, needed)).toEqual(['orders:support'])
  expect(() => requireScopes(principal, needed)).toThrow(
    expect.objectContaining({ status: 403, code: 'INSUFFICIENT_SCOPE', scopes: needed }),
  )
})

test('knows no wildcards, prefixes or other spellings', () => {
  for (const scope of [
    'orders:*',
    'orders',
    'ORDERS:READ',
    'orders:read ',
    'orders:read orders:write',
    '__proto__',
  ]) {
    expect(missingScopes(principal, [scope])).toEqual([scope])
  }
})
