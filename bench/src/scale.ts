import { loadavg } from 'node:os'
import { analytics } from './scale/analytics.ts'
import type { ScaleDomain } from './scale/domain.ts'
import { hr } from './scale/hr.ts'
import { measureInTurns } from './scale/measure-in-turns.ts'
import { type OpenSize, openSize } from './scale/open-size.ts'
import { orders } from './scale/orders.ts'
import { printGrowth } from './scale/table.ts'

const DOMAINS: readonly ScaleDomain[] = [orders, hr, analytics]
const USAGE = `Usage: pnpm bench scale [${DOMAINS.map(({ name }) => name).join(' | ')}] [SIZE ...], such as: scale orders 10000 1000000`

/** Every read tool of the servers that keep many rows, at several sizes of their tables. */
export async function benchScale(args: readonly string[]): Promise<void> {
  const [name, ...sizes] = args
  const domains = name === undefined ? DOMAINS : DOMAINS.filter((domain) => domain.name === name)
  if (domains.length === 0) refuse()
  const wanted = sizes.map(toSize)
  for (const domain of domains) {
    const opened: OpenSize[] = []
    try {
      for (const size of (wanted.length > 0 ? wanted : domain.sizes).toSorted((a, b) => a - b)) {
        opened.push(await openSize(domain, size))
      }
      const machineLoad = loadavg()[0] ?? Number.NaN
      printGrowth(domain, opened, await measureInTurns(domain, opened), machineLoad)
    } finally {
      for (const size of opened) await size.close()
    }
  }
}

function toSize(text: string): number {
  const size = Number(text)
  if (!Number.isInteger(size) || size < 1 || size > 100_000_000) refuse()
  return size
}

function refuse(): never {
  process.stderr.write(`${USAGE}\n`)
  process.exit(2)
}
