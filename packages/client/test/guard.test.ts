import { afterEach, expect, test, vi } from 'vitest'
import { Guard } from '../src/guard.ts'

afterEach(() => void vi.restoreAllMocks())

class Failure extends Error {}

/** A guard that is open, what it tells, and how to fail. */
async function opened(opensFor: number) {
  const told: string[] = []
  const guard: Guard = new Guard({
    capacity: 10,
    opensFor,
    weigh: (error) => (error instanceof Failure ? 1 : 0),
    onChange: () => void told.push(guard.state),
  })
  const fail = () => guard.run(() => Promise.reject(new Failure())).catch(() => {})
  for (let round = 0; round < 10; round++) await fail()
  return { guard, told, fail }
}

test('a clock that is set back does not keep a breaker open', async () => {
  const { guard } = await opened(20)
  expect(guard.isOpen).toBe(true)
  const { now } = Date
  vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000)
  await expect.poll(() => guard.isOpen, { interval: 5 }).toBe(false)
  expect(await guard.run(async () => 'well')).toBe('well')
  expect(guard.state).toBe('closed')
})

test('a breaker that was closed hears no more of the request that tried', async () => {
  const { guard, told, fail } = await opened(10)
  await expect.poll(() => guard.isOpen, { interval: 2 }).toBe(false)
  const trial = Promise.withResolvers<void>()
  const tried = guard.run(() => trial.promise).catch(() => {})
  guard.reset()
  trial.reject(new Failure('of before'))
  await tried
  expect([guard.state, told]).toEqual(['closed', ['open', 'closed']])
  for (let round = 0; round < 10; round++) await fail()
  expect(guard.reason).not.toMatchObject({ message: 'of before' })
  expect([guard.state, told]).toEqual(['open', ['open', 'closed', 'open']])
})
