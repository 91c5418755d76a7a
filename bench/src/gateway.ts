import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { startServer } from './child.ts'
import { benchList } from './gateway/bench-list.ts'
import { throughGateway } from './gateway/calls.ts'
import { cpuTime } from './gateway/cpu-time.ts'
import { paced } from './gateway/paced.ts'
import { safeguards } from './gateway/safeguards.ts'
import { newSite } from './gateway/site.ts'
import { startGateway } from './gateway/start-gateway.ts'
import { print, type Way } from './gateway/table.ts'
import { type Load, measure } from './measure.ts'
import { median } from './median.ts'
import { modern } from './requests.ts'
import { startTraceSink } from './trace-sink.ts'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5)
const ROUNDS = 5
/** Milliseconds until what stood still has caught up: a gateway turns calls away while it is late. */
const SETTLING = 3_000
/** Adds the gateway that shares its limits with replicas. */
const { REDIS_URL } = process.env

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
        way.runs.push(await alone(way, ways, () => withCpu(way, () => measure(way.load, SECONDS))))
      }
    }
    // Half of what the slower of the gateways can do.
    const half = Math.min(...ways.slice(2).map(({ runs }) => median(runs.map(({ rate }) => rate)))) / 2
    for (const way of ways) await alone(way, ways, () => calmly(way, half))
    const busy = await alone(undefined, ways, () => onlyBusy(direct, ways, half))
    print(ways, busy, half)
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
async function alone<T>(way: Way | undefined, ways: readonly Way[], measured: () => Promise<T>): Promise<T> {
  const others = ways.flatMap(({ middle }) => (middle && middle !== way?.middle ? [middle.process] : []))
  for (const other of others) other.kill('SIGSTOP')
  try {
    if (way?.middle) await pause(SETTLING)
    return await measured()
  } finally {
    for (const other of others) other.kill('SIGCONT')
  }
}

/** Round after round: who has nothing to do for seconds gives memory back, which would be taken for its answers. */
async function calmly(way: Way, perSecond: number): Promise<void> {
  await paced(way.load, perSecond, 3)
  for (let round = 1; round <= ROUNDS; round += 1) {
    process.stderr.write(`  round ${round} of ${ROUNDS} at ${perSecond.toFixed(0)}/s: ${way.label} ...\n`)
    way.calm.push(await withCpu(way, () => paced(way.load, perSecond, SECONDS)))
  }
}

/**
 * What this machine lets anybody answer at this rate: a server alone with the load, busy for as long a call as the
 * gateway that takes least of the core is, and doing nothing.
 */
async function onlyBusy(load: Load, ways: readonly Way[], perSecond: number): Promise<Way> {
  const takes = Math.min(...ways.slice(2).map(({ calm }) => median(calm.map(({ cpu }) => cpu))))
  const middle = await startServer('busy', { TAKES: String(takes) })
  const label = 'a server that is only as busy'
  const way: Way = { label, load: { ...load, url: middle.url }, middle, runs: [], calm: [] }
  try {
    await calmly(way, perSecond)
    return way
  } finally {
    await middle.stop()
  }
}

async function withCpu<M extends { total: number }>(
  { middle }: Way,
  measured: () => Promise<M>,
): Promise<M & { cpu: number }> {
  const before = cpuTime(middle?.process.pid)
  const measurement = await measured()
  return { ...measurement, cpu: (cpuTime(middle?.process.pid) - before) / measurement.total }
}

function stayOffCore0(): void {
  if (!existsSync('/usr/bin/taskset')) return
  spawnSync('/usr/bin/taskset', ['-a', '-p', '-c', '1', String(process.pid)])
}
