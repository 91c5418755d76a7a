import type { Block, Cell, Unit } from '../blocks.ts'
import type { Content } from '../model.ts'
import { tableOfChart } from './table-of-chart.ts'
import { major } from './write-cell.ts'

const HEADER = ['section', 'block', 'row', 'column', 'value', 'unit']

/**
 * Every figure of a report, one on a line with where it stands, so that one header fits all (RFC 4180). Money is in
 * the major unit, with the currency as its unit. A section without figures has one line with its problem.
 */
export function toCsv({ sections }: Content): string {
  const lines = sections.flatMap(({ id, problem, blocks }) =>
    problem === null
      ? blocks.flatMap((block) => blockLines(block).map((line) => [id, ...line]))
      : [[id, 'problem', '', '', problem, 'text']],
  )
  return [HEADER, ...lines].map((cells) => `${cells.map(quote).join(',')}\r\n`).join('')
}

function blockLines(block: Block): string[][] {
  if (block.kind === 'note') return [['note', '', '', block.text, 'text']]
  if (block.kind === 'figures') {
    return block.figures.map(({ label, value, unit }) => ['figures', label, '', ...valueAndUnit(value, unit)])
  }
  const { id, columns, rows } = block.kind === 'chart' ? tableOfChart(block) : block
  return rows.flatMap(([name = null, ...cells]) =>
    cells.map((cell, index) => {
      const { label = '', unit = 'text' } = columns[index + 1] ?? {}
      return [`${block.kind} ${id}`, String(name ?? ''), label, ...valueAndUnit(cell, unit)]
    }),
  )
}

function valueAndUnit(cell: Cell, unit: Unit): string[] {
  if (cell !== null && typeof cell === 'object')
    return [String(major(cell.minor, cell.currency)), cell.currency]
  return [cell === null ? '' : String(cell), unit]
}

/** A text that a spreadsheet would take for a formula is marked as text. */
function quote(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(text)
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
