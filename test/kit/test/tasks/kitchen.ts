import { once } from 'node:events'
import {
  asTask,
  defineDomain,
  defineServer,
  type MemoryTasks,
  memoryTasks,
  type WorkContext,
} from '@atoll/server-kit'
import { alice } from '@atoll/testing'
import { z } from 'zod'

/** A piece of work that the test ends by hand. */
export interface Batch extends PromiseWithResolvers<unknown> {
  readonly work: WorkContext
}

export interface Kitchen {
  readonly tasks: MemoryTasks
  /** What was begun so far. */
  readonly oven: Batch[]
}

const kitchen = defineDomain({
  name: 'kitchen',
  scopes: { bake: 'Bake', eat: 'Eat' },
  config: z.object({}),
  async connect(_config, { changes }) {
    const deps: Kitchen = { tasks: memoryTasks({ changes, pollInterval: '20ms' }), oven: [] }
    return { deps, close: () => deps.tasks.close() }
  },
  tasks: ({ tasks }) => tasks,
})

/** Opens the real thing; the kitchen it opened is put into `opened`. */
export function opening(opened: { kitchen?: Kitchen }) {
  return async (context: Parameters<typeof kitchen.connect>[1]) => {
    const connected = await kitchen.connect({}, context)
    opened.kitchen = connected.deps
    return connected
  }
}

export const baker = alice('kitchen:bake')

const about = {
  title: 'Bake',
  description: 'Bakes until the test says that it is done.',
  effect: 'write',
  scopes: ['kitchen:bake'],
  input: z.object({}),
  output: z.object({ cakes: z.number(), task: z.string().optional() }),
} as const
const later = ({ id }: { id: string }) => ({ cakes: 0, task: id })

function begin(tool: string) {
  return ({ deps, principal }: { deps: Kitchen; principal: Parameters<MemoryTasks['begin']>[0] }) =>
    deps.tasks.begin(principal, tool, (work) => {
      const batch = { ...Promise.withResolvers<unknown>(), work }
      work.signal.addEventListener('abort', () => batch.reject(work.signal.reason), { once: true })
      deps.oven.push(batch)
      return batch.promise
    })
}

const bake = kitchen.defineTool({ ...about, name: 'bake', task: { later }, run: begin('bake') })

const bakeInHaste = kitchen.defineTool({
  ...about,
  name: 'bake_in_haste',
  // The call itself is over much sooner than the wait.
  limits: { timeout: '50ms' },
  task: { wait: '150ms', later },
  run: begin('bake_in_haste'),
})

const bakeToEat = kitchen.defineTool({
  ...about,
  name: 'bake_to_eat',
  task: { endsWithCall: true, later },
  run: begin('bake_to_eat'),
})

const bakeSecretly = kitchen.defineTool({
  ...about,
  name: 'bake_secretly',
  scopes: ['kitchen:bake', 'kitchen:eat'],
  task: { required: true },
  run: begin('bake_secretly'),
})

const warmUp = kitchen.defineTool({
  ...about,
  name: 'warm_up',
  task: { later },
  run: () => ({ cakes: 1 }),
})

const lose = kitchen.defineTool({ ...about, name: 'lose', task: { later }, run: () => asTask('lost') })

const knead = kitchen.defineTool({
  ...about,
  name: 'knead',
  // Longer than any test.
  task: { wait: '10m', later },
  run: ({ deps, principal }) =>
    deps.tasks.begin(principal, 'knead', async ({ progress, signal }) => {
      progress({ progress: 1 })
      await once(signal, 'abort')
      signal.throwIfAborted()
    }),
})

const decorate = kitchen.defineTool({
  ...about,
  name: 'decorate',
  task: { later },
  run: ({ deps, principal }) =>
    deps.tasks.begin(principal, 'decorate', async ({ ask }) => {
      const { icing } = await ask({
        icing: { kind: 'form', message: 'How many layers?', schema: z.object({ layers: z.number() }) },
      })
      return { cakes: icing.action === 'accept' ? icing.content.layers : 0 }
    }),
})

export const kitchenServer = defineServer(kitchen, {
  instructions: 'A kitchen.',
  tools: [bake, bakeInHaste, bakeToEat, bakeSecretly, warmUp, lose, knead, decorate],
})
