import { expect, test } from 'vitest'
import { EndpointFailure } from '../../src/embeddings/endpoint/failure.ts'
import { delayBefore } from '../../src/embeddings/endpoint/retry-delay.ts'

const options = { firstDelay: 200, longestDelay: 1000 }
const broken = new EndpointFailure('broken', 'broke')
const busy = new EndpointFailure('limited', 'is busy', { retryAfter: 7 })

test.each([
  [1, 100, 200],
  [2, 200, 400],
  [3, 400, 800],
  [9, 500, 1000],
])('waits longer before each try: before number %i from %i to %i ms', (attempt, least, most) => {
  const delays = Array.from({ length: 100 }, () => delayBefore(attempt, broken, options))
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(least)
  expect(Math.max(...delays)).toBeLessThanOrEqual(most)
  expect(new Set(delays).size).toBeGreaterThan(1)
})

test('waits at least as long as the service asks for', () => {
  expect(delayBefore(1, busy, options)).toBeGreaterThan(7000)
})
