import { describe, expect, it } from 'vitest'
import { MemoryLayer } from '../src/memory-layer.ts'

describe('the memory layer', () => {
  it('keeps an entry no longer than its time to live, whatever the writer’s clock said', () => {
    const memory = new MemoryLayer({ maxEntries: 10, maxSize: 1000 })
    const item = { value: { bytes: 2, value: {} }, createdAt: 0, logicalExpiration: Date.now() + 3_600_000 }
    memory.set('key', item, 1000)
    expect(memory.getRemainingTtl('key')).toBeLessThanOrEqual(1000)
    memory.set('key', { ...item, logicalExpiration: Date.now() - 1 }, 1000)
    expect(memory.peek('key')).toBeUndefined()
  })

  it('counts bytes of JSON and keys', () => {
    const memory = new MemoryLayer({ maxEntries: 10, maxSize: 100 })
    const item = { value: { bytes: 40, value: {} }, logicalExpiration: Number.POSITIVE_INFINITY }
    for (const key of ['a', 'b', 'c']) memory.set(key, item, 1000)
    expect(memory.size).toBe(82)
    expect(['a', 'b', 'c'].filter((key) => memory.peek(key))).toEqual(['b', 'c'])
  })
})
