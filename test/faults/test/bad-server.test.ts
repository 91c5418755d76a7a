import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { BADNESSES, badServer } from '../src/bad-server.ts'
import { startLoad } from '../src/load.ts'
import { printTable, quantile, tally, words } from '../src/report.ts'
import { audienceOf, newSite, REGISTER } from '../src/site.ts'

/** Milliseconds of load for each badness. */
const WHILE = 2_000

test('a server that is dead, slow or lying costs the others no call, and no list an entry', async () => {
  const site = await newSite()
  const bad = await badServer()
  const gateway = await site.gateway([
    { name: 'ledger', audience: audienceOf('ledger'), register: REGISTER },
    { name: 'bad', url: bad.url, timeout: '1s', callTimeout: '1s' },
  ])
  await site.server('ledger', gateway)
  const token = await site.token()
  const mcp = () => gateway.mcp
  const names = async () => {
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: META } }
    const headers = { ...HEADERS, authorization: `Bearer ${token}` }
    const response = await fetch(gateway.mcp, { method: 'POST', headers, body: JSON.stringify(body) })
    const { result } = (await response.json()) as { result: { tools: { name: string }[] } }
    return result.tools.map(({ name }) => name)
  }
  const rows: (string | number)[][] = []
  let well = { p50: Number.NaN, p95: Number.NaN }
  // The first time is for everybody to get warm.
  for (const badness of ['well', 'well', ...BADNESSES, 'dead'] as const) {
    if (badness === 'dead') await bad.stop('SIGKILL')
    else bad.be(badness)
    const calls = startLoad({ mcp, token, tool: 'ledger__look', clients: 4, rest: 5 })
    const others = startLoad({ mcp, token, tool: 'bad__look', clients: 2, rest: 50 })
    const lists: string[][] = []
    for (const until = Date.now() + WHILE; Date.now() < until; await pause(100)) lists.push(await names())
    const [good, ill] = await Promise.all([calls.stop(), others.stop()])
    const p50 = quantile(good, 0.5)
    const p95 = quantile(good, 0.95)
    if (badness === 'well') well = { p50, p95 }
    rows.push([
      badness,
      good.length,
      `${p50.toFixed(1)} (${(p50 / well.p50).toFixed(2)}x)`,
      `${p95.toFixed(1)} (${(p95 / well.p95).toFixed(2)}x)`,
      words(tally(ill)),
    ])
    expect(tally(good), badness).toEqual({ ok: good.length })
    expect(good.every(({ id, about }) => id === about)).toBe(true)
    for (const list of lists) expect(list).toEqual(['bad__look', 'ledger__look', 'ledger__pay'])
    // Every call to the bad one had an end that the caller was told.
    expect(tally(ill).lost, badness).toBeUndefined()
    if (badness !== 'well') expect(ill.length).toBeGreaterThan(0)
  }
  printTable(['the other server is', 'calls, none failed', 'p50 ms', 'p95 ms', 'calls to the bad one'], rows)
})

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}
const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/list',
}
