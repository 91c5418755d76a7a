import { afterEach, describe, expect, it } from 'vitest'
import { createResultCache, type ResultCache } from '../src/index.ts'

const alice = {
  issuer: 'https://issuer.test',
  subject: 'alice',
  tenant: 'acme',
  scopes: new Set(['orders:read']),
}
const key = {
  shared: 'principal',
  principal: alice,
  tool: 'get_order',
  version: '1',
  args: { id: 'ord_1' },
} as const
const rule = { ttl: 60_000, tags: ['order'] }

describe('the result cache', () => {
  let cache: ResultCache
  afterEach(() => cache.close())

  it('runs once and answers from memory afterwards', async () => {
    cache = createResultCache({ name: 'test' })
    let runs = 0
    const run = async () => ({ runs: ++runs })
    expect(await cache.getOrRun(key, rule, run)).toEqual({ runs: 1 })
    expect(await cache.getOrRun(key, rule, run)).toEqual({ runs: 1 })
    await cache.clear(['order'], 'acme')
    expect(await cache.getOrRun(key, rule, run)).toEqual({ runs: 2 })
  })
})
