import type { Column, Grain, Row } from '../model.ts'
import { nextPeriod, startOf } from './calendar.ts'

interface Table {
  columns: Column[]
  rows: Row[]
  truncated: boolean
}

interface Periods {
  grain: Grain
  from: string | undefined
  to: string | undefined
  limit: number
}

/**
 * Rows by period and currency with those in between that sold nothing, which have no row in the database: from the
 * asked days, or the first and last that have one.
 */
export function fillPeriods({ columns, rows, truncated }: Table, { grain, from, to, limit }: Periods): Table {
  const periods = [...new Set(rows.map((row) => String(row.period)))].sort()
  const first = from === undefined ? periods[0] : startOf(grain, from)
  // What a cut off table lacks is not nothing, in its last period either.
  const last = truncated ? periods.at(-2) : to === undefined ? periods.at(-1) : startOf(grain, to)
  const currencies = [...new Set(rows.map((row) => row.currency ?? null))].sort()
  if (first === undefined || last === undefined || currencies.length === 0)
    return { columns, rows, truncated }
  const found = new Map(rows.map((row) => [`${row.period} ${row.currency}`, row]))
  const filled: Row[] = []
  for (let period = first; period <= last; period = nextPeriod(grain, period)) {
    for (const currency of currencies) {
      if (filled.length === limit) return { columns, rows: filled, truncated: true }
      filled.push(found.get(`${period} ${currency}`) ?? emptyRow(columns, { period, currency }))
    }
  }
  return { columns, rows: filled, truncated }
}

/** Sums of nothing are 0; what is divided by nothing has no figure. */
function emptyRow(columns: readonly Column[], keys: Row): Row {
  const figures = columns
    .filter(({ role }) => role === 'measure')
    .map(({ name }) => [name, name.startsWith('average') ? null : 0] as const)
  return { ...keys, ...Object.fromEntries(figures) }
}
