import { expect, test } from 'vitest'
import { createSealer } from '../../src/interaction/sealer.ts'

const SECRET = 'a secret of at least 32 characters'

test('opens what it sealed, for the same binding, until it expires', () => {
  let now = 1000
  const sealer = createSealer(SECRET, 'test', () => now)
  const sealed = sealer.seal({ a: 1 }, 'alice', 50)
  expect(sealed).not.toContain('"a"')
  expect(sealer.open(sealed, 'alice')?.payload).toEqual({ a: 1 })
  expect(sealer.open(sealed, 'bob')).toBeUndefined()
  now = 1051
  expect(sealer.open(sealed, 'alice')).toBeUndefined()
})

test('opens nothing that another secret or another purpose sealed', () => {
  const sealed = createSealer(SECRET, 'one').seal('x', '', 1000)
  expect(createSealer(SECRET, 'two').open(sealed, '')).toBeUndefined()
  expect(createSealer(`${SECRET}!`, 'one').open(sealed, '')).toBeUndefined()
  expect(createSealer(SECRET, 'one').open(sealed, '')).toBeDefined()
})

test('refuses a short secret', () => {
  expect(() => createSealer('short', 'test')).toThrow(RangeError)
})
