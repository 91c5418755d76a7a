import { expect, test } from 'vitest'
import { rankOf } from '../../src/jobs/rank.ts'

test('everybody’s first report comes before anybody’s second, whatever its priority', () => {
  expect(rankOf('low', 0)).toBeGreaterThan(rankOf('high', 1))
  expect(rankOf('low', 3)).toBeGreaterThan(rankOf('high', 4))
})

test('within a turn the priority decides', () => {
  expect(rankOf('high', 2)).toBeGreaterThan(rankOf('normal', 2))
  expect(rankOf('normal', 2)).toBeGreaterThan(rankOf('low', 2))
})
