import Table from 'cli-table3'
import { CALLERS, MEASURED, type Result, WARM_UP } from './measure-search.ts'

/** One column for each size. */
export function printSearches(rows: readonly Result[], version: string, embedded: number): void {
  const head = ['passages', ...rows.map(({ filled }) => String(filled.passages))]
  const table = new Table({
    head,
    colAligns: head.map((_, place) => (place === 0 ? 'left' : 'right')),
    style: { head: [], border: [] },
  })
  const line = (label: string, of: (row: Result) => number, digits = 1) =>
    table.push([label, ...rows.map((row) => of(row).toFixed(digits))])
  const step = (name: string) => (row: Result) => {
    const { count = 0, total = 0 } = row.observed.steps[name] ?? {}
    return total / count
  }
  const thread = (name: string) => (row: Result) => row.cores.get(name) ?? 0
  const known = ['MainThread', 'embedding', 'vectors']
  line('requests/s', ({ load }) => (load.times.length / load.elapsed) * 1000, 0)
  line('p50 ms', ({ load }) => percentile(load.times, 0.5))
  line('p95 ms', ({ load }) => percentile(load.times, 0.95))
  line('p99 ms', ({ load }) => percentile(load.times, 0.99))
  line(`p95 ms of the ${WARM_UP} before`, ({ early }) => percentile(early.times, 0.95))
  line('core of the server, ms a search: main thread', thread('MainThread'), 2)
  line('  embedding', thread('embedding'), 2)
  line('  vectors', thread('vectors'), 2)
  line(
    '  other threads',
    ({ cores }) =>
      cores.entries().reduce((sum, [name, time]) => (known.includes(name) ? sum : sum + time), 0),
    2,
  )
  line('core of PostgreSQL, ms a search', ({ database }) => database, 2)
  line('passing in the mean, ms: full text', step('words'))
  line('  embedding (beside full text)', step('embed'))
  line('  vectors (then, beside full text)', step('near'))
  line('  hits to show', step('show'))
  line('main thread late by, p99 ms', ({ observed }) => observed.delay.p99)
  line('  at most, ms', ({ observed }) => observed.delay.max)
  line('resident MB with the model', ({ resident }) => resident.empty, 0)
  line('  and all vectors', ({ resident }) => resident.loaded, 0)
  line('  after the load', ({ resident }) => resident.after, 0)
  line(
    'bytes a passage',
    ({ resident, filled }) => ((resident.loaded - resident.empty) * 1e6) / filled.passages,
    0,
  )
  line('vectors loaded in, ms', ({ loadTime }) => loadTime, 0)
  line('  of them on a core: main thread', ({ loading }) => loading.get('MainThread') ?? 0, 0)
  line('  vectors', ({ loading }) => loading.get('vectors') ?? 0, 0)
  line('hits a search', ({ load }) => load.hits / load.times.length)
  line('load of the machine before', ({ machineLoad }) => machineLoad)
  process.stdout.write(`${table.toString()}\n`)
  process.stdout.write(
    `  ${CALLERS} callers, ${MEASURED} different questions after ${WARM_UP} others to warm up, ${version}.\n` +
      `  Server on one core; PostgreSQL and the load on the other.\n` +
      `  ${embedded} documents were embedded; vectors of all others are mixed from theirs, with noise.\n`,
  )
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
