import Table from 'cli-table3'
import type { Child } from '../child.ts'
import type { Load, Measured } from '../measure.ts'
import { median } from '../median.ts'
import type { Paced } from './paced.ts'

export interface Way {
  readonly label: string
  readonly load: Load
  /** Who stands between; nobody for the direct way. */
  readonly middle: Child | undefined
  readonly runs: (Measured & { cpu: number })[]
  readonly calm: (Paced & { cpu: number })[]
}

/** The direct way, the proxy's and those of the gateways; then what this machine lets anybody do who is as busy. */
export function print(ways: readonly Way[], busy: Way, half: number): void {
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
      `at ${half.toFixed(0)}/s: CPU ms/request`,
      'p50 added',
      'p99 added',
    ],
    colAligns: ['left', ...Array<'right'>(8).fill('right')],
    style: { head: [], border: [] },
  })
  const of = (way: Way, pick: (run: Way['runs'][number]) => number) => median(way.runs.map(pick))
  const calm = (way: Way, pick: (run: Way['calm'][number]) => number) => median(way.calm.map(pick))
  const calmOf = (way: Way) => [
    way.middle ? calm(way, ({ cpu }) => cpu).toFixed(3) : '',
    (calm(way, ({ p50 }) => p50) - calm(direct, ({ p50 }) => p50)).toFixed(2),
    (calm(way, ({ p99 }) => p99) - calm(direct, ({ p99 }) => p99)).toFixed(2),
  ]
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
      ...calmOf(way),
    ])
  }
  table.push([busy.label, ...Array<string>(5).fill(''), ...calmOf(busy)])
  process.stdout.write(`${table.toString()}\n`)
}
