import Table from 'cli-table3'
import { listing } from './calls.ts'
import { paced } from './paced.ts'
import { newSite } from './site.ts'
import { startGateway } from './start-gateway.ts'

const SERVERS = 20

/** `tools/list` of a full fleet, warm, one caller after another. */
export async function benchList(
  upstream: string,
  tracing: Record<string, string>,
  seconds: number,
): Promise<void> {
  const servers = Array.from({ length: SERVERS }, (_, at) => ({
    name: `s${at + 1}`,
    url: `${upstream}/s${at + 1}/mcp`,
  }))
  const site = await newSite(servers)
  const gateway = await startGateway(site, tracing)
  try {
    const list = listing(gateway.url, await site.token())
    const response = await fetch(list.url, { method: 'POST', headers: list.headers, body: list.body })
    const text = await response.text()
    const { tools } = JSON.parse(text).result
    await paced(list, 50, 2)
    const { p50, p95, p99 } = await paced(list, 50, seconds)
    const table = new Table({
      head: ['tools/list, 50 a second', 'tools', 'kB', 'p50 ms', 'p95 ms', 'p99 ms'],
      colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
      style: { head: [], border: [] },
    })
    const size = (text.length / 1000).toFixed(0)
    table.push([
      `${SERVERS} servers, warm`,
      tools.length,
      size,
      p50.toFixed(1),
      p95.toFixed(1),
      p99.toFixed(1),
    ])
    process.stdout.write(`${table.toString()}\n`)
  } finally {
    await gateway.stop()
    await site.remove()
  }
}
