import { appendFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { defineDomain, defineServer, serve } from '@atoll/server-kit'
import { z } from 'zod'

const ledger = defineDomain({
  name: 'ledger',
  scopes: { look: 'Look', pay: 'Pay' },
  limits: { rate: '100000/s' },
  config: z.object({ LEDGER: z.string() }),
  connect: async ({ LEDGER }) => ({ deps: { file: LEDGER } }),
})

const look = ledger.defineTool({
  name: 'look',
  title: 'Look',
  description: 'Says what it was asked, and for whom.',
  effect: 'read',
  scopes: ['ledger:look'],
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string(), whose: z.string() }),
  async run({ input, principal }) {
    // none
    return { id: input.id, whose: principal.subject }
  },
})

const pay = ledger.defineTool({
  name: 'pay',
  title: 'Pay',
  description: 'Pays: doing it twice would cost twice.',
  effect: 'write',
  scopes: ['ledger:pay'],
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string() }),
  async run({ input, deps }) {
    appendFileSync(deps.file, `${input.id}\n`)
    // Long enough that whoever kills the process finds some half done.
    await pause(10)
    return { id: input.id }
  },
})

await serve(defineServer(ledger, { instructions: 'A ledger.', tools: [look, pay] }))
