import { ERROR_META_KEY, UnavailableError } from '@atoll/errors'
import { defineDomain, defineServer } from '@atoll/server-kit'
import { alice, bob, mallory, type TestServer, testServer } from '@atoll/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'

interface Ledger {
  runs: number
  /** Of each tenant; a missing one cannot be read. */
  revisions: Map<string, string>
  /** When set, asking for a revision never ends. */
  stuck: boolean
  asked: AbortSignal[]
}

const ledgers = defineDomain({
  name: 'ledger',
  scopes: { read: 'Read the ledger' },
  config: z.object({}),
  connect: async () => ({ deps: newLedger() }),
})

const total = ledgers.defineTool({
  name: 'total',
  title: 'Total',
  description: 'Counts how often it ran; cached for each tenant and revision.',
  effect: 'read',
  scopes: ['ledger:read'],
  limits: { timeout: '200ms' },
  cache: {
    ttl: '1m',
    shared: 'tenant',
    async revision({ deps, principal, signal }) {
      deps.asked.push(signal)
      if (deps.stuck)
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      const revision = deps.revisions.get(principal.tenant)
      if (revision === undefined) throw new UnavailableError('The ledger cannot be reached.')
      return revision
    },
  },
  input: z.object({}),
  output: z.object({ runs: z.number() }),
  run({ deps }) {
    deps.runs += 1
    return { runs: deps.runs }
  },
})

const ledgerServer = defineServer(ledgers, { instructions: 'A ledger.', tools: [total] })

function newLedger(): Ledger {
  const revisions = new Map([
    ['acme', '1'],
    ['globex', '1'],
  ])
  return { runs: 0, revisions, stuck: false, asked: [] }
}

let ledger: Ledger
let server: TestServer
beforeEach(async () => {
  ledger = newLedger()
  server = await testServer(ledgerServer, { deps: ledger })
})
afterEach(() => server.close())

const call = (as = alice('ledger:read')) => server.call('total', {}, { as })
const runs = async (as?: Parameters<typeof call>[0]) => (await call(as)).structuredContent.runs

test('answers from the cache while the revision is the same, whoever asks in the tenant', async () => {
  expect(await runs()).toBe(1)
  expect(await runs(bob('ledger:read'))).toBe(1)
  expect(await runs(mallory('ledger:read'))).toBe(2)
})

test('runs again at another revision, for that tenant only', async () => {
  await runs()
  await runs(mallory('ledger:read'))
  ledger.revisions.set('acme', '2')
  expect(await runs()).toBe(3)
  expect(await runs()).toBe(3)
  expect(await runs(mallory('ledger:read'))).toBe(2)
})

test('does not answer from the cache while nobody can say the revision', async () => {
  await runs()
  ledger.revisions.delete('acme')
  expect((await call())._meta?.[ERROR_META_KEY]).toMatchObject({ code: 'UNAVAILABLE' })
})

test('waits for a revision no longer than for the tool', async () => {
  ledger.stuck = true
  expect((await call())._meta?.[ERROR_META_KEY]).toMatchObject({ code: 'TIMEOUT' })
  expect(ledger.asked[0]?.aborted).toBe(true)
  expect(ledger.runs).toBe(0)
})
