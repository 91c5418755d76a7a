import { expect, test } from 'vitest'
import { LruCache } from '../src/lru-cache.ts'

test('keeps the entries used last, and never more than it may', () => {
  const cache = new LruCache<number>(3)
  for (let i = 0; i < 100; i++) {
    cache.set(`${i}`, i)
    cache.get('0')
    expect(cache.size).toBeLessThanOrEqual(3)
  }
  expect([cache.get('0'), cache.get('97'), cache.get('98'), cache.get('99')]).toEqual([0, undefined, 98, 99])
})

test('replaces and removes', () => {
  const cache = new LruCache<number>(2)
  cache.set('a', 1)
  cache.set('a', 2)
  expect([cache.size, cache.get('a')]).toEqual([1, 2])
  cache.delete('a')
  expect([cache.size, cache.get('a')]).toEqual([0, undefined])
})
