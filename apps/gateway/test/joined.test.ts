import { expect, test } from 'vitest'
import { joined } from '../src/joined.ts'
import type { EraJson } from '../src/section.ts'

const part = (modern: string, legacy = modern): EraJson => ({ modern, legacy })

test('lists are one after the other, in the words of each era', () => {
  const [a, b] = [part('{"a":1}'), part('{"b":1}', '{"b":0}')]
  expect(joined([a, b])).toEqual({ modern: '{"a":1},{"b":1}', legacy: '{"a":1},{"b":0}' })
  expect(joined([b])).toEqual(b)
  expect(joined([])).toEqual({ modern: '', legacy: '' })
})

test('they are put together once, whatever others are asked for between', () => {
  const [a, b, c] = [part('{"a":1}'), part('{"b":1}'), part('{"c":1}')]
  const whole = joined([a, b, c])
  expect(joined([a, b]).modern).toBe('{"a":1},{"b":1}')
  expect(joined([a, c, b]).modern).toBe('{"a":1},{"c":1},{"b":1}')
  expect(joined([a, b, c])).toBe(whole)
})

test('one that is new counts, however it reads', () => {
  const [a, b] = [part('{"a":1}'), part('{"b":1}')]
  expect(joined([a, b]).legacy).toBe('{"a":1},{"b":1}')
  expect(joined([a, part('{"b":1}', '{"b":0}')]).legacy).toBe('{"a":1},{"b":0}')
})

test('only so many are kept for one first part', () => {
  const a = part('{"a":1}')
  const others = Array.from({ length: 9 }, (_, at) => part(`{"b":${at}}`))
  const wholes = others.map((other) => joined([a, other]))
  expect(joined([a, others[8] ?? a])).toBe(wholes[8])
  expect(joined([a, others[0] ?? a])).not.toBe(wholes[0])
  expect(joined([a, others[0] ?? a])).toEqual(wholes[0])
})
