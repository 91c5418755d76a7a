import { expect, test } from 'vitest'
import { LruCache } from '../src/lru-cache.ts'

const held = (cache: LruCache<number>, keys: string[]) => keys.filter((key) => cache.get(key) !== undefined)

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
  cache.delete('a')
  expect([cache.size, cache.get('a')]).toEqual([0, undefined])
  cache.set('b', 3)
  expect(held(cache, ['b'])).toEqual(['b'])
})

test('does the same as a plain list would, whatever is asked of it', () => {
  const cache = new LruCache<number>(4)
  let order: [string, number][] = []
  let seed = 1
  const next = (below: number) => {
    seed = (seed * 48271) % 2147483647
    return seed % below
  }
  for (let step = 0; step < 5000; step++) {
    const key = `${next(7)}`
    const known = order.find(([other]) => other === key)
    const rest = order.filter(([other]) => other !== key)
    const action = next(3)
    if (action === 0) {
      expect(cache.get(key)).toBe(known?.[1])
      if (known) order = [...rest, known]
    } else if (action === 1) {
      cache.set(key, step)
      order = [...rest, [key, step] as [string, number]].slice(-4)
    } else {
      cache.delete(key)
      order = rest
    }
    expect(cache.size).toBe(order.length)
  }
})
