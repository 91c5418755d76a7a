import type { Principal } from '@atoll/auth'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { memoryTasks, type WorkContext } from '../../src/index.ts'

const { signal } = new AbortController()

function person(subject: string, tenant = 'acme'): Principal {
  const none: ReadonlySet<string> = new Set()
  return { subject, tenant, scopes: none, roles: none, clientId: '', issuer: '', expiresAt: 0 }
}
const ada = person('ada')

/** Work that ends only by being ended. */
function forEver({ signal: ended }: WorkContext): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  ended.addEventListener('abort', () => reject(ended.reason), { once: true })
  return promise
}

test('a task is known before its work begins', async () => {
  const tasks = memoryTasks()
  let hasBegun = false
  const { id } = tasks.begin(ada, 'bake', async () => {
    hasBegun = true
  })
  expect(hasBegun).toBe(false)
  expect(await tasks.find(ada, id, { signal })).toMatchObject({ id, tool: 'bake', status: 'working' })
  await expect.poll(() => tasks.find(ada, id, { signal })).toMatchObject({ status: 'completed' })
  for (const other of [person('bob'), person('ada', 'globex')]) {
    expect(await tasks.find(other, id, { signal })).toBeUndefined()
  }
})

test('one caller cannot take all there is, and all together no more than fits', async () => {
  const tasks = memoryTasks({ max: 3, perCaller: 2 })
  const first = tasks.begin(ada, 'bake', forEver)
  tasks.begin(ada, 'bake', forEver)
  expect(() => tasks.begin(ada, 'bake', forEver)).toThrow('You already have 2 tasks')
  await tasks.cancel(ada, first.id)
  tasks.begin(ada, 'bake', forEver)
  expect(() => tasks.begin(person('bob'), 'bake', forEver)).toThrow('Too much is being done')
  await tasks.close()
})

test('what is not done within its time is ended and forgotten', async () => {
  const tasks = memoryTasks({ ttl: '20ms' })
  let ended: AbortSignal | undefined
  const { id } = tasks.begin(ada, 'bake', (work) => {
    ended = work.signal
    return forEver(work)
  })
  await expect.poll(() => tasks.find(ada, id, { signal })).toBeUndefined()
  expect(ended?.aborted).toBe(true)
})

test('closing ends the work, waits for that, and takes nothing new', async () => {
  const tasks = memoryTasks()
  const steps: string[] = []
  const { id } = tasks.begin(ada, 'bake', async (work) => {
    steps.push('begun')
    await forEver(work).catch(() => undefined)
    steps.push('tidied up')
  })
  await expect.poll(() => steps).toEqual(['begun'])
  await tasks.close()
  expect(steps).toEqual(['begun', 'tidied up'])
  expect(await tasks.find(ada, id, { signal })).toMatchObject({
    status: 'cancelled',
    message: 'The server stops.',
  })
  expect(() => tasks.begin(ada, 'bake', forEver)).toThrow('The server stops.')
})

test('a question has a key of its own, and ends with the task', async () => {
  const tasks = memoryTasks()
  const question = { kind: 'form', message: 'Layers?', schema: z.object({}) } as const
  const asking = tasks.begin(ada, 'bake', async ({ ask }) => {
    await ask({ layers: question })
    await ask({ layers: question })
  })
  await expect.poll(() => tasks.find(ada, asking.id, { signal })).toMatchObject({ status: 'input_required' })
  await tasks.respond?.(ada, asking.id, { layers: { action: 'decline' } })
  await expect
    .poll(() => tasks.find(ada, asking.id, { signal }))
    .toMatchObject({
      status: 'failed',
      error: new TypeError('The question "layers" was asked before'),
    })
  const open = tasks.begin(ada, 'bake', ({ ask }) => ask({ layers: question }))
  await expect.poll(() => tasks.find(ada, open.id, { signal })).toMatchObject({ status: 'input_required' })
  await tasks.close()
  expect(await tasks.find(ada, open.id, { signal })).toMatchObject({ status: 'cancelled' })
})
