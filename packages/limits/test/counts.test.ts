import { expect, test } from 'vitest'
import { Counts } from '../src/index.ts'

const NOON = Date.UTC(2026, 10, 21, 12)

function counts() {
  const clock = { now: NOON }
  return { clock, counts: new Counts({ clock: () => clock.now }) }
}

test('a bucket gives what it holds at once, and more as it fills', async () => {
  const { clock, counts: limits } = counts()
  const counter = limits.counter('alice', { kind: 'rate', burst: 3, perSecond: 0.5 })
  const take = () => limits.take([{ counter, units: 1 }])
  expect([take(), take(), take()]).toEqual([undefined, undefined, undefined])
  expect(take()).toEqual({ counter, retryAfter: 2 })
  clock.now += 1999
  expect(take()).toEqual({ counter, retryAfter: 1 })
  clock.now += 1
  expect(take()).toBeUndefined()
  expect(take()).toEqual({ counter, retryAfter: 2 })
})

test('takes from all counts or from none', () => {
  const { counts: limits } = counts()
  const [one, other] = [1, 5].map((most) =>
    limits.counter(`most ${most}`, { kind: 'quota', most, period: 'day' }),
  )
  if (!one || !other) throw new Error('no counters')
  const wants = [
    { counter: other, units: 1 },
    { counter: one, units: 1 },
  ]
  expect(limits.take(wants)).toBeUndefined()
  expect(limits.take(wants)).toMatchObject({ counter: one })
  expect(limits.take(wants)).toMatchObject({ counter: one })
  expect(other.left(NOON)).toBe(4)
})

test('a day ends at midnight and a month with its last day, of UTC', () => {
  const { clock, counts: limits } = counts()
  clock.now = Date.UTC(2028, 1, 29, 23, 59, 58)
  const day = limits.counter('day', { kind: 'quota', most: 2, period: 'day' })
  const month = limits.counter('month', { kind: 'quota', most: 3, period: 'month' })
  const take = () =>
    limits.take([
      { counter: day, units: 1 },
      { counter: month, units: 1 },
    ])
  expect([take(), take()]).toEqual([undefined, undefined])
  expect(take()).toEqual({ counter: day, retryAfter: 2 })
  clock.now += 1999
  expect(take()).toEqual({ counter: day, retryAfter: 1 })
  clock.now += 1
  expect(take()).toBeUndefined()
  expect(month.left(clock.now)).toBe(2)
})

test('what a call did not use is given back, but not to the next day', () => {
  const { clock, counts: limits } = counts()
  const counter = limits.counter('day', { kind: 'quota', most: 2, period: 'day' })
  const wants = [{ counter, units: 2 }]
  const takenAt = clock.now
  expect(limits.take(wants)).toBeUndefined()
  limits.giveBack(wants, takenAt)
  expect(limits.take(wants)).toBeUndefined()
  clock.now += 86_400_000
  expect(limits.take([{ counter, units: 1 }])).toBeUndefined()
  limits.giveBack(wants, takenAt)
  expect(counter.left(clock.now)).toBe(1)
})

test('a call that costs more than a bucket holds takes a full one', () => {
  const { clock, counts: limits } = counts()
  const counter = limits.counter('units', { kind: 'rate', burst: 4, perSecond: 1 })
  const wants = [{ counter, units: 10 }]
  expect(limits.take(wants)).toBeUndefined()
  clock.now += 3000
  expect(limits.take(wants)).toEqual({ counter, retryAfter: 1 })
  clock.now += 1000
  expect(limits.take(wants)).toBeUndefined()
})

test('what was used before a start counts', () => {
  const { clock, counts: limits } = counts()
  const counter = limits.counter('month', { kind: 'quota', most: 10, period: 'month' })
  counter.learnUsed(9, clock.now)
  expect(limits.take([{ counter, units: 1 }])).toBeUndefined()
  expect(limits.take([{ counter, units: 1 }])).toMatchObject({ counter })
})
