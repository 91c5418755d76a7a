import Table from 'cli-table3'
import { startServer } from './child.ts'
import { type Measured, measure } from './measure.ts'
import { legacy, modern } from './requests.ts'
import { startTraceSink } from './trace-sink.ts'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8)

/** The echo tool on one core: what the protocol costs, and what our safeguards cost on top. */
export async function benchKit(): Promise<void> {
  const sink = await startTraceSink()
  const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_TRACES_SAMPLER_ARG: '0.1', LOG_LEVEL: 'info' }
  const rows: [string, Measured][] = []
  for (const [label, name, request] of [
    ['bare Fastify, no protocol', 'bare', modern],
    ['official SDK v2, McpServer, 2026-07-28', 'sdk', modern],
    ['official SDK v2, McpServer, 2025-11-25', 'sdk', legacy],
    ['the kit, everything on, 2026-07-28', 'kit', modern],
    ['the kit, everything on, 2025-11-25', 'kit', legacy],
  ] as const) {
    process.stderr.write(`  measuring ${label} ...\n`)
    const server = await startServer(name, tracing)
    const { token } = server.said
    const headers = { ...request.headers, ...(token && { authorization: `Bearer ${token}` }) }
    try {
      rows.push([label, await measure({ url: server.url, body: request.body, headers }, SECONDS)])
    } finally {
      await server.stop()
    }
  }
  print(rows)
  process.stdout.write(`  ${sink.batches} batches of spans reached the collector.\n`)
  await sink.close()
}

function print(rows: readonly [string, Measured][]): void {
  const bare = rows[0]?.[1].rate ?? Number.NaN
  const sdk = rows[1]?.[1].rate ?? Number.NaN
  const table = new Table({
    head: ['echo tool, 32 connections, one core', 'requests/s', 'p50 ms', 'p99 ms', 'x SDK', 'x bare'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const [label, { rate, p50, p99 }] of rows) {
    table.push([
      label,
      rate.toFixed(0),
      p50.toFixed(1),
      p99.toFixed(1),
      (rate / sdk).toFixed(2),
      (rate / bare).toFixed(2),
    ])
  }
  process.stdout.write(`${table.toString()}\n`)
}
