import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidError, UnavailableError } from '@atoll/errors'
import { defineDomain, defineServer } from '@atoll/server-kit'
import { z } from 'zod'

/** What the tests of this package turn and watch. */
export interface Machine {
  calls: number
  /** Resolves or rejects what `wait` waits for. */
  gate: PromiseWithResolvers<string>
  /** The signals that handlers received. */
  signals: AbortSignal[]
}

export function newMachine(): Machine {
  return { calls: 0, gate: Promise.withResolvers<string>(), signals: [] }
}

const machines = defineDomain({
  name: 'machine',
  scopes: { use: 'Use the machine' },
  config: z.object({}),
  connect: async () => ({ deps: newMachine() }),
})
const SCOPES = ['machine:use'] as const
const word = z.string().describe('Any word')

const count = machines.defineTool({
  name: 'count',
  title: 'Count',
  description: 'Counts how often it ran; cached for each caller.',
  effect: 'read',
  scopes: SCOPES,
  cache: { ttl: '1m', shared: 'principal', tags: ['count'] },
  input: z.object({ word: word.optional() }),
  output: z.object({ calls: z.number() }),
  run({ deps }) {
    deps.calls += 1
    return { calls: deps.calls }
  },
})

const recount = machines.defineTool({
  name: 'recount',
  title: 'Recount',
  description: 'Makes what was counted stale.',
  effect: 'write',
  scopes: SCOPES,
  clears: ['count'],
  limits: { timeout: '1s' },
  input: z.object({
    fail: z.boolean().optional().describe('Whether to fail'),
    hold: z.boolean().optional().describe('Whether to wait for the gate'),
  }),
  output: z.object({}),
  async run({ input, deps }) {
    if (input.fail) throw new UnavailableError('Not now.', { retryAfter: 3 })
    if (input.hold) await deps.gate.promise
    return {}
  },
})

const wait = machines.defineTool({
  name: 'wait',
  title: 'Wait',
  description: 'Waits for the gate to open.',
  effect: 'read',
  scopes: SCOPES,
  limits: { timeout: '150ms' },
  input: z.object({}),
  output: z.object({ word }),
  async run({ deps, signal }) {
    deps.signals.push(signal)
    return { word: await deps.gate.promise }
  },
})

const share = machines.defineTool({
  name: 'share',
  title: 'Share',
  description: 'Waits for the gate to open, once for all who ask at the same time.',
  effect: 'read',
  scopes: SCOPES,
  cache: { ttl: '1m', shared: 'principal' },
  input: z.object({}),
  output: z.object({ word }),
  async run({ deps, signal }) {
    deps.signals.push(signal)
    return { word: await deps.gate.promise }
  },
})

const rare = machines.defineTool({
  name: 'rare',
  title: 'Rare',
  description: 'May be called twice an hour.',
  effect: 'read',
  scopes: SCOPES,
  limits: { rate: '2/h' },
  input: z.object({}),
  output: z.object({}),
  run: () => ({}),
})

const wrong = machines.defineTool({
  name: 'wrong',
  title: 'Wrong',
  description: 'Returns something else than it says, and more.',
  effect: 'read',
  scopes: SCOPES,
  input: z.object({ extra: z.boolean().describe('Only more, not wrong') }),
  output: z.object({ word }),
  // A handler in plain JavaScript could do this.
  run: ({ input }) => (input.extra ? { word: 'ok', secret: 'inside' } : { word: 7 as never }),
})

const steps = machines.defineTool({
  name: 'steps',
  title: 'Steps',
  description: 'Reports progress, once backwards, and logs.',
  effect: 'read',
  scopes: SCOPES,
  input: z.object({}),
  output: z.object({}),
  async run({ progress, log }) {
    progress({ progress: 1, total: 3 })
    progress({ progress: 1 })
    log('info', 'half way')
    // Real work takes time, and a client that gets all of it in one read forgets its progress handler too early.
    await sleep(100)
    progress({ progress: 3, total: 3 })
    await sleep(100)
    return {}
  },
})

const agree = machines.defineTool({
  name: 'agree',
  title: 'Agree',
  description: 'Does something once the person agrees.',
  effect: 'destroy',
  scopes: SCOPES,
  input: z.object({ word, confirm: z.boolean().optional().describe('Whether you agree') }),
  output: z.object({ word }),
  async run({ input, interaction, deps }) {
    await interaction.confirm(`Do ${input.word}?`, input.confirm)
    deps.calls += 1
    return { word: input.word }
  },
})

const touch = machines.defineTool({
  name: 'touch',
  title: 'Touch',
  description: 'Says that a part changed.',
  effect: 'write',
  scopes: SCOPES,
  input: z.object({ id: word }),
  output: z.object({}),
  run({ input, changed }) {
    changed.resource(`machine://parts/${input.id}`)
    return {}
  },
})

const route = machines.defineTool({
  name: 'route',
  title: 'Route',
  description: 'Mirrors its region into a header.',
  effect: 'read',
  scopes: SCOPES,
  input: z.object({ region: word }),
  headers: { region: 'Region' },
  run: ({ input }) => [{ type: 'text', text: input.region }],
})

const part = machines.defineResource({
  uri: 'machine://parts/{id}',
  name: 'part',
  title: 'A part',
  description: 'One part of the machine',
  mimeType: 'application/json',
  scopes: SCOPES,
  read: ({ params }) => ({ json: { id: params.id } }),
  async list({ cursor }) {
    if (cursor === undefined) return { items: [{ uri: 'machine://parts/a', name: 'a' }], nextCursor: 'b' }
    if (cursor !== 'b') throw new InvalidError('cursor: it is not one that was handed out.')
    return { items: [{ uri: 'machine://parts/b', name: 'b' }] }
  },
  complete: { id: ({ value }) => ['alpha', 'beta'].filter((id) => id.startsWith(value)) },
})

const manual = machines.definePrompt({
  name: 'manual',
  title: 'Manual',
  description: 'How to use the machine',
  scopes: SCOPES,
  arguments: z.object({ topic: z.string().describe('About what') }),
  render: ({ args }) => [{ role: 'user', content: { type: 'text', text: `Explain ${args.topic}` } }],
})

export const machineServer = defineServer(machines, {
  instructions: 'A machine.',
  tools: [count, recount, wait, share, rare, wrong, steps, agree, touch, route],
  resources: [part],
  prompts: [manual],
})
