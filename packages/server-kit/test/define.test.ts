import { expect, test } from 'vitest'
import { z } from 'zod'
import { bytes, milliseconds, rate } from '../src/define/units.ts'
import { asTask, defineDomain, defineServer, memoryTasks } from '../src/index.ts'

const shop = defineDomain({
  name: 'shop',
  scopes: { read: 'Read' },
  config: z.object({}),
  connect: async () => ({ deps: {} }),
})
const tool = {
  name: 'get_total',
  title: 'Get a total',
  description: 'Look up a total.',
  effect: 'read',
  scopes: ['shop:read'],
  input: z.object({}),
  output: z.object({}),
  run: () => ({}),
} as const

test('restricted data is never cached, and confidential data never for everybody', () => {
  const cache = { ttl: '30s', shared: 'principal' } as const
  expect(() => shop.defineTool({ ...tool, data: 'restricted', cache })).toThrow(/shop\/get_total: restricted/)
  const forAll = { ttl: '30s', shared: 'public' } as const
  expect(() => shop.defineTool({ ...tool, data: 'confidential', cache: forAll })).toThrow(/confidential/)
  expect(() => shop.defineTool({ ...tool, data: 'confidential', cache })).not.toThrow()
})

test('a name that the gateway could not prefix is refused when the module loads', () => {
  for (const name of ['GetTotal', 'get-total', 'x'.repeat(49), '']) {
    expect(() => shop.defineTool({ ...tool, name })).toThrow(TypeError)
  }
  const domain = { scopes: {}, config: z.object({}), connect: async () => ({ deps: {} }) }
  for (const name of ['Shop', 'a-very-long-domain', 'shop_two', '']) {
    expect(() => defineDomain({ ...domain, name })).toThrow(TypeError)
  }
})

test('scopes begin with the name, or with the prefix that the domain chose', () => {
  expect(Object.keys(shop.scopes)).toEqual(['shop:read'])
  const options = { scopes: { read: 'Read' }, config: z.object({}), connect: async () => ({ deps: {} }) }
  const library = defineDomain({ ...options, name: 'knowledge-base', scopePrefix: 'kb' })
  expect(library.scopes).toEqual({ 'kb:read': 'Read' })
  expect(library.defineTool({ ...tool, scopes: ['kb:read'] })).toMatchObject({ domain: 'knowledge-base' })
  for (const scopePrefix of ['', 'KB', 'kb:x', 'k b']) {
    expect(() => defineDomain({ ...options, name: 'library', scopePrefix })).toThrow(/Scope prefix/)
  }
})

test('a scope that widens answers keeps them apart in the cache, and is not needed as well', () => {
  const forTenant = { ttl: '30s', shared: 'tenant' } as const
  const wide = { ...tool, scopes: ['orders:read'], optionalScopes: ['orders:support'] } as const
  const orders = defineDomain({
    name: 'orders',
    scopes: { read: 'Read', support: 'Help' },
    config: z.object({}),
    connect: async () => ({ deps: {} }),
  })
  expect(() => orders.defineTool({ ...wide, cache: forTenant })).toThrow(/only cached for each principal/)
  expect(() => orders.defineTool({ ...wide, cache: { ttl: '30s', shared: 'principal' } })).not.toThrow()
  const both = { ...wide, optionalScopes: ['orders:read'] } as const
  expect(() => orders.defineTool(both)).toThrow('"orders:read" is either needed or optional')
  const prompt = { ...both, arguments: z.object({}), render: () => [] }
  expect(() => orders.definePrompt(prompt)).toThrow('"orders:read" is either needed or optional')
})

test('what is used of other domains keeps answers apart in the cache, too', () => {
  const acting = { ...tool, delegates: ['hr:read'] } as const
  const forTenant = { ttl: '30s', shared: 'tenant' } as const
  expect(() => shop.defineTool({ ...acting, cache: forTenant })).toThrow(/only cached for each principal/)
  expect(() => shop.defineTool({ ...acting, cache: { ttl: '30s', shared: 'principal' } })).not.toThrow()
})

test('a limit without a sense, and two tools of one name, are refused when the module loads', () => {
  // Plain JavaScript could pass these by the type checker.
  expect(() => shop.defineTool({ ...tool, limits: { timeout: 'soon' as '1s' } })).toThrow(TypeError)
  expect(() => shop.defineTool({ ...tool, limits: { rate: 'often' as '1/s' } })).toThrow(TypeError)
  const twice = [shop.defineTool(tool), shop.defineTool(tool)]
  expect(() => defineServer(shop, { instructions: '', tools: twice })).toThrow(
    'Two tools are called "get_total"',
  )
})

test('a tool may say what a call of it costs, in whole units', () => {
  expect(shop.defineTool({ ...tool, cost: 20 }).cost).toBe(20)
  for (const cost of [-1, 1.5, Number.NaN, 2_000_000])
    expect(() => shop.defineTool({ ...tool, cost })).toThrow(/shop\/get_total: the cost is a whole number/)
})

test('a tool whose work may outlast the call needs a domain that finds it, and keeps no cache', () => {
  const task = { later: () => ({}) }
  expect(() => shop.defineTool({ ...tool, task })).toThrow(/does not say where its tasks are found/)
  const tasks = memoryTasks()
  const options = { scopes: { read: 'Read' }, config: z.object({}), connect: async () => ({ deps: {} }) }
  const bakery = defineDomain({ ...options, name: 'shop', tasks: () => tasks })
  expect(() => bakery.defineTool({ ...tool, task })).not.toThrow()
  expect(() => bakery.defineTool({ ...tool, task: { ...task, wait: 'long' as '1s' } })).toThrow(TypeError)
  const cache = { ttl: '30s', shared: 'principal' } as never
  expect(() => bakery.defineTool({ ...tool, task, cache })).toThrow(/neither has a cache/)
  for (const id of ['', 'a b', 'a.b', 'x'.repeat(129)]) expect(() => asTask(id)).toThrow(TypeError)
})

test('values with units are read exactly', () => {
  expect([milliseconds('250ms'), milliseconds('1.5s'), milliseconds('2h')]).toEqual([250, 1500, 7_200_000])
  expect([bytes('10b'), bytes('4mb')]).toEqual([10, 4_194_304])
  expect(rate('60/min')).toEqual({ calls: 60, seconds: 60 })
})

test('a skill that hosts would not load is refused when the module loads', () => {
  const skill = {
    name: 'ask',
    description: 'How to ask',
    scopes: ['shop:read'],
    instructions: 'Ask.',
  } as const
  expect(() => shop.defineSkill(skill)).not.toThrow()
  expect(() => shop.defineSkill({ ...skill, name: 'Ask_well' })).toThrow('lower-case words joined by hyphens')
  expect(() => shop.defineSkill({ ...skill, name: 'a'.repeat(65) })).toThrow('at most 64 characters')
  expect(() => shop.defineSkill({ ...skill, description: ' ' })).toThrow('1 to 1024 characters')
  for (const path of ['../secret.md', '/etc/passwd', 'a//b.md', 'SKILL.md', '.hidden', 'a b.md'])
    expect(() => shop.defineSkill({ ...skill, files: { [path]: '' } }), path).toThrow(
      'must be a path in its folder',
    )
  const many = Object.fromEntries(Array.from({ length: 512 }, (_, at) => [`${at}.md`, '']))
  expect(() => shop.defineSkill({ ...skill, files: many })).toThrow('more than 512 files')
  const defined = shop.defineSkill(skill)
  expect(() => defineServer(shop, { instructions: '', tools: [], skills: [defined, defined] })).toThrow(
    'Two skills',
  )
})
