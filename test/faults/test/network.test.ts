import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@atoll/tooling/free-port'
import { expect, test } from 'vitest'
import { eventually } from '../src/eventually.ts'
import { type Faults, faultyProxy } from '../src/faulty-proxy.ts'
import { startLoad } from '../src/load.ts'
import { printTable, quantile, tally, words } from '../src/report.ts'
import { audienceOf, instancesOf, newSite, REGISTER } from '../src/site.ts'

/** Milliseconds of load under each fault. */
const WHILE = 2_500
const FAULTS: readonly [string, Faults][] = [
  ['nothing', {}],
  ['30 ms of delay', { delay: 30 }],
  ['one answer in ten cut off', { cut: 0.1 }],
  ['one answer in ten corrupted', { corrupt: 0.1 }],
  ['8 kB a second', { throttle: 8_000 }],
]
/** What a caller may be told of an answer that did not arrive whole. */
const TOLD = new Set(['ok', 'UNAVAILABLE', 'TIMEOUT', 'BAD_ANSWER', 'OUTCOME_UNKNOWN'])

test('a network that delays, cuts, corrupts and throttles makes no payment twice and ends every call', async () => {
  const site = await newSite()
  // The instance says where it is by the proxy's address.
  const gateway = await site.gateway([
    { name: 'ledger', audience: audienceOf('ledger'), register: REGISTER, timeout: '2s', callTimeout: '2s' },
  ])
  const port = await freePort()
  const proxy = await faultyProxy(port)
  await site.server('ledger', gateway, {
    PORT: String(port),
    INSTANCE_URL: `http://127.0.0.1:${proxy.port}/mcp`,
  })
  const token = await site.token()
  const mcp = () => gateway.mcp
  const rows: (string | number)[][] = []
  for (const [fault, faults] of FAULTS) {
    proxy.set(faults)
    const looks = startLoad({ mcp, token, tool: 'ledger__look', clients: 4 })
    const pays = startLoad({ mcp, token, tool: 'ledger__pay', clients: 4 })
    await pause(WHILE)
    const [looked, paid] = [await looks.stop(), await pays.stop()]
    for (const { id, outcome, about } of [...looked, ...paid]) {
      expect(TOLD, `${fault}: ${id}`).toContain(outcome)
      if (outcome === 'ok') expect(about).toBe(id)
    }
    // Reads are repeated for as long as there is time; what cannot be repeated is said to be unknown.
    if (!faults.corrupt && !faults.cut) expect(tally(looked)).toEqual({ ok: looked.length })
    const made = site.payments()
    expect(made.length).toBe(new Set(made).size)
    const known = new Set(made)
    expect(paid.filter(({ id, outcome }) => outcome === 'ok' && !known.has(id))).toEqual([])
    rows.push([
      fault,
      words(tally(looked)),
      quantile(looked, 0.5).toFixed(1),
      words(tally(paid)),
      quantile(paid, 0.5).toFixed(1),
    ])
  }
  proxy.set({})
  proxy.cutAll()
  await eventually('the instance is well again', async () => (await instancesOf(gateway.origin)).length === 1)
  printTable(['between gateway and server', 'reads', 'p50 ms', 'payments', 'p50 ms'], rows)
})
