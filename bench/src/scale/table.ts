import { availableParallelism } from 'node:os'
import Table from 'cli-table3'
import type { ScaleDomain } from './domain.ts'
import type { Times } from './measure-in-turns.ts'
import type { OpenSize } from './open-size.ts'

/** A line for each question, a column for each size, and how many times the biggest takes of the smallest. */
export function printGrowth(
  domain: ScaleDomain,
  sizes: readonly OpenSize[],
  measured: readonly (readonly Times[])[],
  machineLoad: number,
): void {
  const head = [
    domain.name,
    `p50 / p95 ms at`,
    ...sizes.map(({ size }) => `${size.toLocaleString('en')} ${domain.unit}`),
    'growth of p50',
  ]
  const table = new Table({
    head,
    colAligns: head.map((_, place) => (place < 2 ? 'left' : 'right')),
    style: { head: [], border: [] },
  })
  for (const [place, { kind, tool, about }] of domain.questions(1).entries()) {
    const times = measured.map((each) => each[place] ?? { p50: Number.NaN, p95: Number.NaN })
    const growth = (times.at(-1)?.p50 ?? Number.NaN) / (times[0]?.p50 ?? Number.NaN)
    table.push([
      `${kind}: ${tool}`,
      about,
      ...times.map(({ p50, p95 }) => `${p50.toFixed(1)} / ${p95.toFixed(1)}`),
      growth.toFixed(2),
    ])
  }
  const facts = (label: string, of: (size: OpenSize) => string) =>
    table.push(['', label, ...sizes.map(of), ''])
  facts('seconds to fill', ({ fillTime }) => fillTime.toFixed(0))
  facts('gigabytes', ({ gigabytes }) => gigabytes.toFixed(1))
  process.stdout.write(`${table.toString()}\n`)
  process.stdout.write(
    `  One caller, one connection, the whole pipeline but for the cache, all sizes in turns; ${availableParallelism()} cores with PostgreSQL on the same, load ${machineLoad.toFixed(1)}.\n`,
  )
}
