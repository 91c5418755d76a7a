import { printable, printableLine } from './printable.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

type Look = Pick<Terminal, 'columns' | 'colors'>

const NARROWEST_COLUMN = 10

/** Any JSON value for people: fields one a line, lists of records as tables, the rest as it is. */
export function showValue(value: unknown, look: Look): string {
  if (isScalar(value)) return showScalar(value)
  if (isRecord(value)) return showRecord(value, look)
  if (Array.isArray(value)) return showList(value, look)
  return showScalar(value)
}

function showRecord(record: Record<string, unknown>, look: Look): string {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined)
  const scalars = entries.filter(([, value]) => isScalar(value))
  const nested = entries.filter(([, value]) => !isScalar(value))
  const width = Math.max(0, ...scalars.map(([key]) => key.length))
  const blocks = nested.map(([key, value]) => {
    const inside = showValue(value, { ...look, columns: look.columns - 2 })
    return `${look.colors.bold(printableLine(key))}\n${indent(inside)}`
  })
  const lines = scalars.map(
    ([key, value]) =>
      `${look.colors.dim(printableLine(key).padEnd(width))}  ${indent(showScalar(value), width + 2).trimStart()}`,
  )
  return [lines.join('\n'), ...blocks].filter(Boolean).join('\n\n')
}

function showList(list: readonly unknown[], look: Look): string {
  if (list.length === 0) return look.colors.dim('none')
  if (list.every(isRecord)) return showRecords(list, look)
  return list.map((item) => `- ${indent(showValue(item, look)).trimStart()}`).join('\n')
}

function showRecords(records: readonly Record<string, unknown>[], look: Look): string {
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))]
  const fitting = Math.max(1, Math.floor(Math.min(look.columns, 10_000) / NARROWEST_COLUMN))
  const shown = keys.slice(0, fitting)
  const drawn = table(
    shown.map((key) => ({
      title: printableLine(key),
      flexible: true,
      align: records.every((record) => typeof (record[key] ?? 0) === 'number') ? 'right' : 'left',
    })),
    records.map((record) => shown.map((key) => printableLine(showCell(record[key])))),
    look,
  )
  const hidden = keys.slice(fitting)
  return hidden.length === 0
    ? drawn
    : `${drawn}\n${look.colors.dim(`not shown for lack of width: ${hidden.join(', ')} (--json has them)`)}`
}

function showCell(value: unknown): string {
  return isScalar(value) ? showScalar(value) : JSON.stringify(value)
}

function showScalar(value: unknown): string {
  if (value === null || value === undefined) return '-'
  return printable(ownText(value) ?? String(value))
}

/** A value that brings its own words, as an amount of money does: `{ "minor": 895, "text": "8.95 USD" }`. */
function ownText(value: unknown): string | undefined {
  return isRecord(value) && typeof value.text === 'string' && Object.keys(value).length > 1
    ? value.text
    : undefined
}

function indent(text: string, by = 2): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null || ownText(value) !== undefined
}
