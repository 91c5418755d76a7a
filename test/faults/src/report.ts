import Table from 'cli-table3'
import type { Outcome } from './load.ts'

/** Milliseconds below which this share of the calls ended. */
export function quantile(outcomes: readonly Outcome[], share: number): number {
  const taken = outcomes.map(({ took }) => took).sort((a, b) => a - b)
  return taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? Number.NaN
}

/** How often each outcome came. */
export function tally(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** A readable table among the lines of the tests. */
export function printTable(head: string[], rows: readonly (string | number)[][]): void {
  const colAligns = head.map((_, at) => (at === 0 ? ('left' as const) : ('right' as const)))
  const table = new Table({ head, colAligns, style: { head: [], border: [] } })
  table.push(...rows.map((row) => [...row]))
  process.stdout.write(`${table.toString()}\n`)
}

export function words(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ')
}
