import { expect } from 'vitest'
import { eventually } from './eventually.ts'
import { type Load, type Outcome, startLoad } from './load.ts'
import { printTable, quantile, tally, words } from './report.ts'
import type { Site } from './site.ts'

export interface Traffic {
  /** Resolves when reads and writes both got a good many more answers. */
  served(): Promise<void>
  /** Resolves when the last answer is there. */
  stop(): Promise<{ reads: readonly Outcome[]; writes: readonly Outcome[] }>
}

const ENOUGH = 150

/** Clients that read and clients that write through the gateway, both as fast as they are answered. */
export async function startTraffic(
  site: Site,
  mcp: () => string,
  tools: { read: string; write: string },
): Promise<Traffic> {
  const token = await site.token()
  const reads = startLoad({ mcp, token, tool: tools.read })
  const writes = startLoad({ mcp, token, tool: tools.write })
  return {
    async served() {
      await more(reads)
      await more(writes)
    },
    stop: async () => ({ reads: await reads.stop(), writes: await writes.stop() }),
  }
}

async function more({ outcomes }: Load): Promise<void> {
  const good = () => outcomes.filter(({ outcome }) => outcome === 'ok').length
  const before = good()
  await eventually('calls are answered', () => good() >= before + ENOUGH)
}

/** What the callers were told is what happened: each write that went well was made, and none twice. */
export function expectOnce(made: readonly string[], writes: readonly Outcome[]): void {
  expect(made.length).toBe(new Set(made).size)
  const known = new Set(made)
  expect(writes.filter(({ id, outcome }) => outcome === 'ok' && !known.has(id))).toEqual([])
}

export function printTraffic(
  what: string,
  { reads, writes }: { reads: readonly Outcome[]; writes: readonly Outcome[] },
): void {
  const row = (name: string, outcomes: readonly Outcome[]) => [
    name,
    words(tally(outcomes)),
    quantile(outcomes, 0.5).toFixed(1),
    quantile(outcomes, 0.99).toFixed(1),
    quantile(outcomes, 1).toFixed(0),
  ]
  printTable([what, 'calls', 'p50 ms', 'p99 ms', 'longest'], [row('reads', reads), row('writes', writes)])
}
