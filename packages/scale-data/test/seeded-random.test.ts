import { expect, test } from 'vitest'
import { seededRandom } from '../src/seeded-random.ts'

test('the same seed gives the same numbers, as it always has', () => {
  const random = seededRandom(1)
  expect([random.between(1, 1000), random.between(1, 1000), random.below(1000)]).toEqual([628, 3, 527])
  expect(seededRandom(7).pick(['a', 'b', 'c'])).toBe(seededRandom(7).pick(['a', 'b', 'c']))
})

test('nothing cannot be picked from', () => {
  expect(() => seededRandom(1).pick([])).toThrow(new RangeError('There is nothing to pick from'))
})
