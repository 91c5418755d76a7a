import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import Table from 'cli-table3'
import { type Child, startServer } from './child.ts'
import { benchList } from './gateway/bench-list.ts'
import { throughGateway } from './gateway/calls.ts'
import { cpuTime } from './gateway/cpu-time.ts'
import { type Paced, paced } from './gateway/paced.ts'
import { safeguards } from './gateway/safeguards.ts'
import { newSite } from './gateway/site.ts'
import { startGateway } from './gateway/start-gateway.ts'
import { type Load, type Measured, measure } from './measure.ts'
import { modern } from './requests.ts'
import { startTraceSink } from './trace-sink.ts'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5)
const ROUNDS = 5
/** Milliseconds until what stood still has caught up: a gateway turns calls away while it is late. */
const SETTLING = 3_000
/** Adds the gateway that shares its limits with replicas. */
const { REDIS_URL } = process.env

interface Way {
  readonly label: string
  readonly load: Load
  /** Who stands between; nobody for the direct way. */
  readonly middle: Child | undefined
  readonly runs: (Measured & { cpu: number })[]
  readonly calm: Paced[]
}

/**
 * The echo tool direct, through a bare proxy and through the gateway, in turns: what is in the middle has core 0 to
 * itself, the tool and the load share the other. Then a list of many tools.
 */
export async function benchGateway(): Promise<void> {
  stayOffCore0()
  const sink = await startTraceSink()
  const upstream = await startServer('upstream', {}, 1)
  const echo = { name: 'echo', url: `${upstream.url}/echo/mcp` }
  const site = await newSite([echo])
  const sharedSite = await newSite([echo])
  const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_TRACES_SAMPLER_ARG: '0.1' }
  const proxy = await startServer('proxy', { UPSTREAM: upstream.url })
  const gateway = await startGateway(site, { ...tracing, ...(await safeguards(site)) })
  const shared = REDIS_URL
    ? await startGateway(sharedSite, { ...tracing, ...(await safeguards(sharedSite)), REDIS_URL })
    : undefined
  const direct = { url: echo.url, headers: modern.headers, body: modern.body }
  const through = throughGateway(gateway.url, await site.token(), 'echo__echo')
  const ways: Way[] = [
    { label: 'direct', load: direct, middle: undefined, runs: [], calm: [] },
    {
      label: '@fastify/http-proxy, nothing checked',
      load: { ...direct, url: `${proxy.url}/echo/mcp` },
      middle: proxy,
      runs: [],
      calm: [],
    },
    { label: 'the gateway, everything on', load: through, middle: gateway, runs: [], calm: [] },
  ]
  if (shared) {
    const load = throughGateway(shared.url, await sharedSite.token(), 'echo__echo')
    ways.push({ label: 'the same, limits in Redis', load, middle: shared, runs: [], calm: [] })
  }
  try {
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const way of ways) {
        process.stderr.write(`  round ${round} of ${ROUNDS}: ${way.label} ...\n`)
        way.runs.push(await alone(way, ways, () => measuredWithCpu(way)))
      }
    }
    // Half of what the slower of the gateways can do.
    const half = Math.min(...ways.slice(2).map(({ runs }) => median(runs.map(({ rate }) => rate)))) / 2
    for (const way of ways) await alone(way, ways, () => calmly(way, half))
    print(ways, half)
  } finally {
    await Promise.all([gateway.stop(), shared?.stop(), proxy.stop()])
    await Promise.all([site.remove(), sharedSite.remove()])
  }
  try {
    await benchList(upstream.url, tracing, SECONDS)
  } finally {
    await upstream.stop()
    await sink.close()
  }
}

/** While the others stand still: what they clean up after their own turn would take the core from this one. */
async function alone<T>(way: Way, ways: readonly Way[], measured: () => Promise<T>): Promise<T> {
  const others = ways.flatMap(({ middle }) => (middle && middle !== way.middle ? [middle.process] : []))
  for (const other of others) other.kill('SIGSTOP')
  try {
    if (way.middle) await pause(SETTLING)
    return await measured()
  } finally {
    for (const other of others) other.kill('SIGCONT')
  }
}

/** Round after round: who has nothing to do for seconds gives memory back, which would be taken for its answers. */
async function calmly({ label, load, calm }: Way, perSecond: number): Promise<void> {
  await paced(load, perSecond, 3)
  for (let round = 1; round <= ROUNDS; round += 1) {
    process.stderr.write(`  round ${round} of ${ROUNDS} at ${perSecond.toFixed(0)}/s: ${label} ...\n`)
    calm.push(await paced(load, perSecond, SECONDS))
  }
}

async function measuredWithCpu({ load, middle }: Way): Promise<Measured & { cpu: number }> {
  const before = cpuTime(middle?.process.pid)
  const measured = await measure(load, SECONDS)
  return { ...measured, cpu: (cpuTime(middle?.process.pid) - before) / measured.total }
}

function print(ways: readonly Way[], half: number): void {
  const [direct, proxy] = ways
  if (!direct || !proxy) return
  const table = new Table({
    head: [
      'echo tool, 32 connections',
      'requests/s',
      'x proxy',
      'CPU ms/request',
      'p50 ms',
      'p99 ms',
      `at ${half.toFixed(0)}/s: p50 added`,
      'p99 added',
    ],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  const of = (way: Way, pick: (run: Way['runs'][number]) => number) => median(way.runs.map(pick))
  const calm = (way: Way, pick: (run: Paced) => number) => median(way.calm.map(pick))
  for (const way of ways) {
    // Ratio by round, so that what else the machine does weighs on both sides.
    const ratios = way.runs.map(({ rate }, at) => rate / (proxy.runs[at]?.rate ?? Number.NaN))
    table.push([
      way.label,
      of(way, ({ rate }) => rate).toFixed(0),
      median(ratios).toFixed(2),
      way.middle ? of(way, ({ cpu }) => cpu).toFixed(3) : '',
      of(way, ({ p50 }) => p50).toFixed(1),
      of(way, ({ p99 }) => p99).toFixed(1),
      (calm(way, ({ p50 }) => p50) - calm(direct, ({ p50 }) => p50)).toFixed(2),
      (calm(way, ({ p99 }) => p99) - calm(direct, ({ p99 }) => p99)).toFixed(2),
    ])
  }
  process.stdout.write(`${table.toString()}\n`)
}

function stayOffCore0(): void {
  if (!existsSync('/usr/bin/taskset')) return
  spawnSync('/usr/bin/taskset', ['-a', '-p', '-c', '1', String(process.pid)])
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
