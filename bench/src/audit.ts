import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import { Pool } from 'undici'
import { type Child, startServer } from './child.ts'
import { throughGateway } from './gateway/calls.ts'
import { cpuMicroseconds } from './gateway/cpu-microseconds.ts'
import { newSite } from './gateway/site.ts'
import { startGateway } from './gateway/start-gateway.ts'
import type { Load } from './measure.ts'
import { median } from './median.ts'
import { modern } from './requests.ts'

/** Rounds in which each is sent so many calls, one after the other. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 31)
const CALLS = 2000
const WARM_UP = 20_000
const CONNECTIONS = 32

const PLACES = [
  ['nothing is recorded', 'none'],
  ['lines on standard output, nobody waits', 'stdout'],
  ['chained file, answers wait for the kernel', 'file'],
  ['chained file, answers wait for the disk', 'disk'],
] as const
type Where = (typeof PLACES)[number][1]

interface Slice {
  /** Calls per second. */
  rate: number
  p99: number
  /** Microseconds of processor time per call. */
  cpu: number
}

interface Running {
  readonly server: Child
  readonly load: Load
}

/**
 * What the audit costs: a server of the kit with the cheapest tool there is, and the gateway in front of a server that does
 * almost nothing, each on one core. All run at once and are loaded in turns; each figure is held against that of the same
 * round, so that what else the machine does counts for all.
 */
export async function benchAudit(): Promise<void> {
  await using cleanup = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'atoll-bench-audit-'))
  cleanup.defer(() => rm(folder, { recursive: true }))
  const upstream = await startServer('upstream', {}, 1)
  cleanup.defer(() => upstream.stop())
  await bench('a server of the kit', cleanup, startKit)
  await bench('the gateway', cleanup, (where) => startAudited(where, upstream, folder, cleanup))
}

async function bench(
  label: string,
  cleanup: AsyncDisposableStack,
  start: (where: Where) => Promise<Running>,
): Promise<void> {
  const all: Running[] = []
  for (const [, where] of PLACES) {
    const running = await start(where)
    cleanup.defer(() => running.server.stop())
    all.push(running)
  }
  for (const running of all) await slice(running, WARM_UP)
  const rounds: Slice[][] = []
  for (let round = 1; round <= ROUNDS; round += 1) {
    process.stderr.write(`  ${label}, round ${round} of ${ROUNDS} ...\n`)
    const slices: Slice[] = []
    for (const running of all) slices.push(await slice(running, CALLS))
    rounds.push(slices)
  }
  print(label, rounds)
}

async function startKit(where: Where): Promise<Running> {
  const server = await startServer('kit', { BENCH_AUDIT: where })
  const headers = { ...modern.headers, authorization: `Bearer ${server.said.token}` }
  return { server, load: { url: server.url, headers, body: modern.body } }
}

async function startAudited(
  where: Where,
  upstream: Child,
  folder: string,
  cleanup: AsyncDisposableStack,
): Promise<Running> {
  const site = await newSite([{ name: 'echo', url: `${upstream.url}/echo/mcp` }])
  cleanup.defer(() => site.remove())
  const server = await startGateway(site, {
    AUDIT_STDOUT: String(where === 'stdout'),
    AUDIT_FSYNC: String(where === 'disk'),
    ...((where === 'file' || where === 'disk') && { AUDIT_DIR: join(folder, where) }),
  })
  return { server, load: throughGateway(server.url, await site.token(), 'echo__echo') }
}

function print(label: string, rounds: readonly (readonly Slice[])[]): void {
  const table = new Table({
    head: [`${label}, one core`, 'calls/s', 'p99 ms', 'x without', 'CPU us/call', 'x without'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  const of = (index: number, what: keyof Slice) => rounds.map((slices) => slices[index]?.[what] ?? Number.NaN)
  for (const [index, [place]] of PLACES.entries()) {
    const ratio = (what: keyof Slice) =>
      median(of(index, what).map((value, round) => value / (of(0, what)[round] ?? Number.NaN)))
    table.push([
      place,
      median(of(index, 'rate')).toFixed(0),
      median(of(index, 'p99')).toFixed(1),
      ratio('rate').toFixed(3),
      median(of(index, 'cpu')).toFixed(1),
      ratio('cpu').toFixed(3),
    ])
  }
  process.stdout.write(`${table.toString()}\n`)
}

async function slice({ server, load }: Running, calls: number): Promise<Slice> {
  const { origin, pathname: path } = new URL(load.url)
  const { headers, body: sent } = load
  const pool = new Pool(origin, { connections: CONNECTIONS })
  const took: number[] = []
  let left = calls
  const one = async () => {
    while (left > 0) {
      left -= 1
      const begin = performance.now()
      const { statusCode, body } = await pool.request({ path, method: 'POST', headers, body: sent })
      await body.dump()
      if (statusCode !== 200) throw new Error(`${load.url} answered ${statusCode} under load`)
      took.push(performance.now() - begin)
    }
  }
  try {
    const before = cpuMicroseconds(server.process.pid)
    const begin = performance.now()
    await Promise.all(Array.from({ length: CONNECTIONS }, one))
    const rate = calls / ((performance.now() - begin) / 1000)
    const cpu = (cpuMicroseconds(server.process.pid) - before) / calls
    return { rate, p99: took.toSorted((a, b) => a - b)[Math.floor(calls * 0.99)] ?? Number.NaN, cpu }
  } finally {
    await pool.close()
  }
}
