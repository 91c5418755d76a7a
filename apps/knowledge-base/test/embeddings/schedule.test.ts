import { expect, test } from 'vitest'
import { Job } from '../../src/embeddings/embedded/job.ts'
import { createSchedule } from '../../src/embeddings/embedded/schedule.ts'

/** Texts as numbers of tokens. */
const job = (id: number, ...texts: number[]) =>
  new Job(id, texts.map(String), (text) => Array.from({ length: Number(text) }, () => 7))

function ids(parts: ReturnType<ReturnType<typeof createSchedule>['next']>): number[] {
  return parts.map((part) => part.job.id)
}

test('runs queries of all callers together', () => {
  const schedule = createSchedule()
  for (let id = 1; id <= 8; id++) schedule.add(job(id, 9))
  expect(ids(schedule.next())).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(schedule.next()).toEqual([])
})

test('lets a query wait for one run of documents only', () => {
  const schedule = createSchedule()
  schedule.add(job(1, ...Array<number>(500).fill(128)))
  schedule.next()
  schedule.add(job(2, 10))
  expect(ids(schedule.next())).toEqual([2])
})

test('goes on with documents while queries keep coming', () => {
  const schedule = createSchedule()
  schedule.add(job(1, ...Array<number>(500).fill(128)))
  schedule.add(job(2, ...Array<number>(500).fill(10)))
  const runs = Array.from({ length: 6 }, () => new Set(ids(schedule.next())))
  expect(runs.filter((run) => run.has(1))).toHaveLength(3)
  expect(runs.filter((run) => run.has(2))).toHaveLength(3)
})

test('lets everybody with documents take a turn', () => {
  const schedule = createSchedule()
  for (const id of [1, 2, 3]) schedule.add(job(id, 128, 128, 128))
  expect([schedule.next(), schedule.next(), schedule.next()].flatMap(ids)).toEqual([1, 2, 3])
})

test('keeps a run small', () => {
  const schedule = createSchedule()
  schedule.add(job(1, ...Array<number>(100).fill(60)))
  for (let parts = schedule.next(); parts.length > 0; parts = schedule.next()) {
    expect(parts.reduce((sum, part) => sum + part.tokens.length, 0)).toBeLessThanOrEqual(192)
  }
})

test('forgets a request that was cancelled', () => {
  const schedule = createSchedule()
  schedule.add(job(1, 10))
  schedule.add(job(2, 10))
  schedule.remove(1)
  expect(ids(schedule.next())).toEqual([2])
})
