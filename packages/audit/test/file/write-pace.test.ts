import { expect, it } from 'vitest'
import { WritePace } from '../../src/file/write-pace.ts'

function started() {
  let now = 1000
  const pace = new WritePace(() => now)
  const wait = (milliseconds: number) => {
    now += milliseconds
  }
  return { pace, wait }
}

it('writes small batches at once, and large ones off the thread', () => {
  const { pace } = started()
  expect(pace.isQuick(2_000)).toBe(true)
  expect(pace.isQuick(200_000)).toBe(false)
})

it('writes off the thread for a minute after a write that took long, also one that failed', () => {
  const { pace, wait } = started()
  pace.timed(() => wait(5))
  expect(pace.isQuick(1)).toBe(true)
  const failing = () => {
    wait(300)
    throw new Error('no space')
  }
  expect(() => pace.timed(failing)).toThrow('no space')
  expect(pace.isQuick(1)).toBe(false)
  wait(59_000)
  expect(pace.isQuick(1)).toBe(false)
  wait(1_000)
  expect(pace.isQuick(1)).toBe(true)
})
