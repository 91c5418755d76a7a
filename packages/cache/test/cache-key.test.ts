import { describe, expect, it } from 'vitest'
import { type CacheKey, cacheKey } from '../src/cache-key.ts'
import { canonicalText } from '../src/canonical-text.ts'

const alice = {
  issuer: 'https://issuer.test',
  subject: 'alice',
  tenant: 'acme',
  scopes: new Set(['orders:read', 'orders:write']),
  roles: new Set(['clerk']),
}
const base: CacheKey = {
  shared: 'principal',
  principal: alice,
  tool: 'get_order',
  version: '1',
  args: { id: 'ord_1', lines: true },
}

describe('the key of a result', () => {
  it('is the same for the same question, in whatever order it is put', () => {
    const principal = { ...alice, scopes: new Set(['orders:write', 'orders:read']) }
    const args = { lines: true, id: 'ord_1', missing: undefined }
    expect(cacheKey({ ...base, principal, args })).toBe(cacheKey(base))
  })

  it.each<[string, Partial<CacheKey>]>([
    ['issuer', { principal: { ...alice, issuer: 'https://other.test' } }],
    ['subject', { principal: { ...alice, subject: 'bob' } }],
    ['tenant', { principal: { ...alice, tenant: 'globex' } }],
    ['scopes', { principal: { ...alice, scopes: new Set(['orders:read']) } }],
    ['roles', { principal: { ...alice, roles: new Set(['manager']) } }],
    ['what may be delegated', { principal: { ...alice, mayDelegate: new Set(['hr:read']) } }],
    ['tool', { tool: 'list_orders' }],
    ['version', { version: '2' }],
    ['arguments', { args: { id: 'ord_2', lines: true } }],
    ['sharing', { shared: 'tenant' }],
    ['sharing with all', { shared: 'public' }],
  ])('differs by %s', (_what, change) => {
    expect(cacheKey({ ...base, ...change })).not.toBe(cacheKey(base))
  })

  it('shares with a tenant what is shared with a tenant, and with no other', () => {
    const bob = { ...alice, subject: 'bob', scopes: new Set(['orders:read']) }
    const shared = { ...base, shared: 'tenant' } as const
    expect(cacheKey({ ...shared, principal: bob })).toBe(cacheKey(shared))
    expect(cacheKey({ ...shared, principal: { ...bob, tenant: 'globex' } })).not.toBe(cacheKey(shared))
  })

  it('shares with everybody what is public', () => {
    const stranger = { issuer: 'x', subject: 'y', tenant: 'z', scopes: new Set<string>() }
    const shared = { ...base, shared: 'public' } as const
    expect(cacheKey({ ...shared, principal: stranger })).toBe(cacheKey(shared))
  })

  it('cannot be forged by parts that look like others', () => {
    const left = { ...base, principal: { ...alice, subject: 'a","b', tenant: 'c' } }
    const right = { ...base, principal: { ...alice, subject: 'a', tenant: 'b","c' } }
    expect(cacheKey(left)).not.toBe(cacheKey(right))
    expect(cacheKey({ ...base, tool: 'a\n["b"', version: 'c' })).not.toBe(
      cacheKey({ ...base, tool: 'a', version: 'b"]\nc' }),
    )
  })
})

describe('canonical text', () => {
  it.each([
    [
      { b: 1, a: [{ d: 1, c: 2 }] },
      { a: [{ c: 2, d: 1 }], b: 1 },
    ],
    [{ a: undefined }, {}],
    [Object.assign(Object.create(null), { a: 'é"' }), { a: 'é"' }],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
  ])('of %o is that of %o', (left, right) => {
    expect(canonicalText(left)).toBe(canonicalText(right))
  })

  it('tells apart what JSON does not, and what only looks alike', () => {
    const values = [
      ...[null, undefined, Number.NaN, 0, 0n, '0', '', false, 'null', 'false', 'undefined', '0n'],
      ...[[], [undefined], [null], {}, [[]], [[], []], [[[]]], ['[]'], [{}]],
      ...['a', ['a'], ['a', 'b'], ['a,1"b'], ['a', ['b']], [['a'], 'b'], { a: 'b' }, { a: { b: 1 } }],
      ...[{ a: 1, b: 2 }, { 'a:1,1"b': 2 }, { a: '1,1"b:2' }, { a: 12 }, { a: '12' }],
    ]
    expect(new Set(values.map(canonicalText)).size).toBe(values.length)
  })

  it.each([
    [new Map([[1, 2]])],
    [new Set([1])],
    [{ deep: new (class Money {})() }],
    [() => 1],
    [Symbol('x')],
    [Buffer.from('a').buffer],
  ])('refuses %o, which is not plain data', (value) => {
    expect(() => canonicalText(value)).toThrow(TypeError)
  })
})
