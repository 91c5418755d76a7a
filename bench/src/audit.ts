import Table from 'cli-table3'
import { startServer } from './child.ts'
import { type Measured, measure } from './measure.ts'
import { modern } from './requests.ts'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5)
const ROUNDS = 3

const PLACES = [
  ['nothing is recorded', 'none'],
  ['lines on standard output, nobody waits', 'stdout'],
  ['chained file, answers wait for the kernel', 'file'],
  ['chained file, answers wait for the disk', 'disk'],
] as const

/** What the audit costs the cheapest call there is: the echo tool of the kit, on one core, in turns. */
export async function benchAudit(): Promise<void> {
  const found = new Map<string, Measured[]>(PLACES.map(([, where]) => [where, []]))
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [label, where] of PLACES) {
      process.stderr.write(`  measuring, round ${round} of ${ROUNDS}: ${label} ...\n`)
      found.get(where)?.push(await measured(where))
    }
  }
  const none = median(found.get('none') ?? [])
  const table = new Table({
    head: ['echo tool, 32 connections, one core', 'requests/s', 'p50 ms', 'p99 ms', 'x without'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const [label, where] of PLACES) {
    const { rate, p50, p99 } = median(found.get(where) ?? [])
    table.push([label, rate.toFixed(0), p50.toFixed(1), p99.toFixed(1), (rate / none.rate).toFixed(3)])
  }
  process.stdout.write(`${table.toString()}\n`)
}

async function measured(where: string): Promise<Measured> {
  const server = await startServer('kit', { BENCH_AUDIT: where, LOG_LEVEL: 'info' })
  try {
    const headers = { ...modern.headers, authorization: `Bearer ${server.said.token}` }
    return await measure({ url: server.url, body: modern.body, headers }, SECONDS)
  } finally {
    await server.stop()
  }
}

/** Of an odd number of runs, the one in the middle. */
function median(runs: readonly Measured[]): Measured {
  const none = { rate: Number.NaN, p50: Number.NaN, p99: Number.NaN }
  return runs.toSorted((a, b) => a.rate - b.rate)[Math.floor(runs.length / 2)] ?? none
}
