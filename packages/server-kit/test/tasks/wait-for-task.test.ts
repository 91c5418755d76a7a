import { expect, test } from 'vitest'
import type { TaskState } from '../../src/index.ts'
import { type Waiting, waitForTask } from '../../src/tasks/wait-for-task.ts'

const about = { id: '1', tool: 'bake', createdAt: new Date(), updatedAt: new Date(), ttl: null }
const working: TaskState = { ...about, status: 'working' }
const done: TaskState = { ...about, status: 'completed', result: 1 }

function waiting(more: Partial<Waiting>): Waiting {
  return {
    find: async () => working,
    onChange: () => () => {},
    progress() {},
    onError() {},
    isOver: () => false,
    wait: 60_000,
    signal: new AbortController().signal,
    ...more,
  }
}

test('looks again where nobody says that something changed', async () => {
  const states = [working, working, done]
  expect(await waitForTask(working, waiting({ find: async () => states.shift() }))).toBe(done)
})

test('misses no change that comes while it looks', async () => {
  let tell = () => {}
  let looks = 0
  const find = async () => {
    looks += 1
    if (looks === 1) tell()
    return looks === 1 ? working : done
  }
  const onChange = (listener: () => void) => {
    tell = listener
    return () => {}
  }
  expect(await waitForTask(working, waiting({ find, onChange }))).toBe(done)
})

test('goes on waiting when it cannot look for a moment', async () => {
  const errors: unknown[] = []
  let looks = 0
  const find = async () => {
    looks += 1
    if (looks === 1) throw new Error('The database restarts')
    return done
  }
  expect(await waitForTask(working, waiting({ find, onError: (error) => errors.push(error) }))).toBe(done)
  expect(errors).toHaveLength(1)
})

test('ends with what it saw last when the wait is over, or the server stops', async () => {
  expect(await waitForTask(working, waiting({ wait: 1 }))).toBe(working)
  expect(await waitForTask(working, waiting({ isOver: () => true }))).toBe(working)
  expect(await waitForTask(working, waiting({ find: async () => undefined }))).toBeUndefined()
})

test('ends at once with the call, and listens no longer', async () => {
  const call = new AbortController()
  let isListening = false
  const onChange = () => {
    isListening = true
    return () => {
      isListening = false
    }
  }
  const waited = waitForTask(working, waiting({ signal: call.signal, onChange }))
  await expect.poll(() => isListening).toBe(true)
  call.abort(new Error('gone'))
  await expect(waited).rejects.toThrow('gone')
  expect(isListening).toBe(false)
})
