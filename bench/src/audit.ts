import Table from 'cli-table3'
import { Pool } from 'undici'
import { type Child, startServer } from './child.ts'
import { modern } from './requests.ts'

/** Rounds in which each server is sent so many calls. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 41)
const CALLS = 2000
const CONNECTIONS = 32

const PLACES = [
  ['nothing is recorded', 'none'],
  ['lines on standard output, nobody waits', 'stdout'],
  ['chained file, answers wait for the kernel', 'file'],
  ['chained file, answers wait for the disk', 'disk'],
] as const

interface Slice {
  /** Calls per second. */
  rate: number
  p99: number
  /** Microseconds of processor time per call. */
  cpu: number
}

/**
 * What the audit costs the cheapest call there is: the echo tool of the kit, on one core. All servers run at once and are
 * loaded in turns; each figure is held against that of the same round, so that what else the machine does counts for all.
 */
export async function benchAudit(): Promise<void> {
  const servers: Child[] = []
  try {
    for (const [, where] of PLACES) servers.push(await startServer('kit', { BENCH_AUDIT: where }))
    for (const server of servers) for (let warm = 0; warm < 10; warm += 1) await slice(server)
    const rounds: Slice[][] = []
    for (let round = 1; round <= ROUNDS; round += 1) {
      process.stderr.write(`  round ${round} of ${ROUNDS} ...\n`)
      const slices: Slice[] = []
      for (const server of servers) slices.push(await slice(server))
      rounds.push(slices)
    }
    print(rounds)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

function print(rounds: readonly (readonly Slice[])[]): void {
  const table = new Table({
    head: ['echo tool, 32 connections, one core', 'calls/s', 'p99 ms', 'x without', 'CPU us', 'x without'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const [index, [label]] of PLACES.entries()) {
    const of = (what: keyof Slice) => median(rounds.map((slices) => slices[index]?.[what]))
    const ratio = (what: keyof Slice) =>
      median(
        rounds.map((slices) => (slices[index]?.[what] ?? Number.NaN) / (slices[0]?.[what] ?? Number.NaN)),
      )
    const [rate, p99, cpu] = [of('rate'), of('p99'), of('cpu')]
    table.push([
      label,
      rate.toFixed(0),
      p99.toFixed(1),
      ratio('rate').toFixed(3),
      cpu.toFixed(1),
      ratio('cpu').toFixed(3),
    ])
  }
  process.stdout.write(`${table.toString()}\n`)
}

async function slice(server: Child): Promise<Slice> {
  const { origin, pathname: path } = new URL(server.url)
  const headers = { ...modern.headers, authorization: `Bearer ${server.said.token}` }
  const pool = new Pool(origin, { connections: CONNECTIONS })
  const took: number[] = []
  let left = CALLS
  const one = async () => {
    while (left > 0) {
      left -= 1
      const sent = performance.now()
      const { statusCode, body } = await pool.request({ path, method: 'POST', headers, body: modern.body })
      await body.dump()
      if (statusCode !== 200) throw new Error(`${server.url} answered ${statusCode} under load`)
      took.push(performance.now() - sent)
    }
  }
  try {
    const before = await cpuOf(server)
    const begin = performance.now()
    await Promise.all(Array.from({ length: CONNECTIONS }, one))
    const rate = CALLS / ((performance.now() - begin) / 1000)
    const cpu = ((await cpuOf(server)) - before) / CALLS
    return { rate, p99: took.toSorted((a, b) => a - b)[Math.floor(CALLS * 0.99)] ?? Number.NaN, cpu }
  } finally {
    await pool.close()
  }
}

/** Microseconds that a server has computed so far. */
function cpuOf({ process: child }: Child): Promise<number> {
  return new Promise((resolve) => {
    child.once('message', (message) => {
      const { cpu } = message as { cpu: NodeJS.CpuUsage }
      resolve(cpu.user + cpu.system)
    })
    child.send({ tell: 'cpu' })
  })
}

function median(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined)
  return known.toSorted((a, b) => a - b)[Math.floor(known.length / 2)] ?? Number.NaN
}
