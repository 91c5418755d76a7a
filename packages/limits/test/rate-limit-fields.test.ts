import { expect, test } from 'vitest'
import { Counts, rateLimitField, rateLimitPolicyField } from '../src/index.ts'

test('says what is allowed and what is left, as structured fields', () => {
  const now = Date.UTC(2026, 1, 10, 23, 59)
  const counts = new Counts({ clock: () => now })
  const limits = [
    { name: 'caller', counter: counts.counter('c', { kind: 'rate', burst: 1200, perSecond: 20 }) },
    { name: 'daily', counter: counts.counter('d', { kind: 'quota', most: 5000, period: 'day' }) },
    { name: 'monthly', counter: counts.counter('m', { kind: 'quota', most: 9000, period: 'month' }) },
  ]
  for (let call = 0; call < 2; call++) counts.take(limits.map(({ counter }) => ({ counter, units: 1 })))
  expect(rateLimitPolicyField(limits, now)).toBe(
    '"caller";q=1200;w=60, "daily";q=5000;w=86400, "monthly";q=9000;w=2419200',
  )
  expect(rateLimitField(limits, now)).toBe(
    '"caller";r=1198;t=1, "daily";r=4998;t=60, "monthly";r=8998;t=1555260',
  )
})
