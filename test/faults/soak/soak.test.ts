import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type ProcessSize, processSize } from '../src/process-size.ts'
import { printTable } from '../src/report.ts'
import { audienceOf, newSite, REGISTER } from '../src/site.ts'
import { VISITORS } from '../src/visitors.ts'

const MINUTES = Number(process.env.SOAK_MINUTES ?? 10)
/** Milliseconds. */
const EVERY = 5_000
const AT_ONCE = 8
const PEOPLE = 500

test(`memory and handles are flat while clients come, go and hang up for ${MINUTES} minutes`, async () => {
  const site = await newSite()
  const ledger = { name: 'ledger', audience: audienceOf('ledger'), register: REGISTER }
  const gateway = await site.gateway([ledger], { MCP_SESSIONS: 'true' })
  const servers = [await site.server('ledger', gateway), await site.server('ledger', gateway)]
  const processes = { gateway, server: servers[0] ?? gateway }
  const tokens = await Promise.all(Array.from({ length: PEOPLE }, (_, at) => site.token(`person-${at}`)))
  const visitors = Object.entries(VISITORS)
  const visits: Record<string, number> = {}
  const failures: string[] = []
  const until = Date.now() + MINUTES * 60_000
  const come = async () => {
    while (Date.now() < until) {
      const [name, visit] = pick(visitors)
      visits[name] = (visits[name] ?? 0) + 1
      await visit({ mcp: gateway.mcp, token: pick(tokens) }).catch((error) =>
        failures.push(`${name}: ${error}`),
      )
    }
  }
  const samples: Record<keyof typeof processes, ProcessSize[]> = { gateway: [], server: [] }
  const sample = () => {
    for (const name of ['gateway', 'server'] as const) samples[name].push(processSize(processes[name].pid))
  }
  const all = Promise.all(Array.from({ length: AT_ONCE }, come))
  for (let left = MINUTES * 60_000; left > 0; left -= EVERY) {
    await pause(Math.min(EVERY, left))
    sample()
    const { memory, handles } = samples.gateway.at(-1) ?? { memory: 0, handles: 0 }
    process.stderr.write(`  ${Math.round(left / 1000)} s left: ${memory.toFixed(0)} MB, ${handles} handles\n`)
  }
  await all
  printTable(
    ['visitor', 'visits'],
    Object.entries(visits).map(([name, count]) => [name, count]),
  )
  const rows = Object.entries(samples).map(([name, taken]) => {
    const quarter = (at: number, of: keyof ProcessSize) =>
      mean(taken.slice((taken.length * at) / 4, (taken.length * (at + 1)) / 4).map((each) => each[of]))
    return {
      name,
      memory: [0, 1, 2, 3].map((at) => quarter(at, 'memory')),
      handles: quarter(3, 'handles') / quarter(1, 'handles'),
    }
  })
  printTable(
    ['MB resident, by quarter', 'first', 'second', 'third', 'last', 'handles, last by second'],
    rows.map(({ name, memory, handles }) => [
      name,
      ...memory.map((each) => each.toFixed(0)),
      handles.toFixed(2),
    ]),
  )
  expect(failures.slice(0, 5)).toEqual([])
  for (const { memory, handles } of rows) {
    expect(Number(memory[3]) / Number(memory[1])).toBeLessThan(1.15)
    expect(handles).toBeLessThan(1.3)
  }
})

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
