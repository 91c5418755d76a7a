import type { Principal } from '@atoll/auth'
import { InsufficientScopeError } from '@atoll/errors'
import { expect, test, vi } from 'vitest'
import type { Entry } from '../src/entry.ts'
import { CallerCredentials } from '../src/outbound.ts'
import { RememberedRights } from '../src/rights.ts'

const ALICE: Principal = {
  ...{ subject: 'alice', tenant: 'acme', clientId: 'test', issuer: 'https://issuer.test' },
  ...{ scopes: new Set(['hr:read']), roles: new Set<string>(), expiresAt: 4_000_000_000 },
}
const ENTRY = { exposed: 'hr__find' } as Entry

test('are worked out once for a caller, an entry and the lists that a server has', () => {
  const rights = new RememberedRights()
  const make = vi.fn(rightsOfAlice)
  const lists = {}
  const first = rights.of(ALICE, ENTRY, lists, make)
  expect(rights.of(ALICE, ENTRY, lists, make)).toBe(first)
  expect(make).toHaveBeenCalledTimes(1)
  for (const [principal, entry, its] of [
    [{ ...ALICE }, ENTRY, lists],
    [ALICE, undefined, lists],
    [ALICE, ENTRY, {}],
  ] as const)
    expect(rights.of(principal, entry, its, make)).not.toBe(first)
})

test('that somebody lacks are missed each time', () => {
  const rights = new RememberedRights()
  const lists = {}
  const refuse = () => {
    throw new InsufficientScopeError(['hr:write'])
  }
  for (let time = 0; time < 2; time++)
    expect(() => rights.of(ALICE, ENTRY, lists, refuse)).toThrow(InsufficientScopeError)
  expect(rights.of(ALICE, ENTRY, lists, rightsOfAlice).scopes).toEqual(['hr:read'])
})

function rightsOfAlice() {
  const scopes = ['hr:read']
  const source = { token: () => ({ token: 'signed', expiresAt: ALICE.expiresAt }) }
  return {
    scopes,
    credentials: new CallerCredentials(source, { principal: ALICE, audience: 'https://hr.test', scopes }),
  }
}
