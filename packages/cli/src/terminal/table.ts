import { stripVTControlCharacters } from 'node:util'
import Table from 'cli-table3'
import type { Terminal } from './terminal.ts'

export interface Column {
  readonly title: string
  /** Gives up width first when the table is too wide. */
  readonly flexible?: boolean
  readonly align?: 'left' | 'right'
}

const GAP = '  '
const NARROWEST = 8

/** A table without lines that fits the terminal; cells that do not are cut with an ellipsis. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { columns: width, colors }: Pick<Terminal, 'columns' | 'colors'>,
): string {
  const natural = columns.map(({ title }, index) =>
    Math.max(...[title, ...rows.map((row) => row[index] ?? '')].map(widthOf)),
  )
  const drawn = new Table({
    chars: noLines(),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    head: columns.map(({ title }) => colors.dim(title)),
    colWidths: fit(columns, natural, width - GAP.length * (columns.length - 1)),
    colAligns: columns.map(({ align = 'left' }) => align),
  })
  drawn.push(...rows.map((row) => columns.map((_, index) => row[index] ?? '')))
  return drawn.toString().replace(/[ \t]+$/gm, '')
}

function noLines() {
  const sides = ['top', 'bottom', 'mid', 'left', 'right'] as const
  const corners = ['mid', 'left', 'right'] as const
  const names = sides.flatMap((side) => [side, ...corners.map((corner) => `${side}-${corner}` as const)])
  return { ...Object.fromEntries(names.map((name) => [name, ''])), middle: GAP }
}

/** Take width away from the widest flexible column, then from the widest of all, until the sum fits. */
function fit(columns: readonly Column[], natural: readonly number[], available: number): number[] {
  const widths = [...natural]
  let excess = widths.reduce((sum, width) => sum + width, 0) - available
  for (const mayShrink of [(column: Column) => column.flexible === true, () => true]) {
    const candidates = columns.flatMap((column, index) => (mayShrink(column) ? [index] : []))
    while (excess > 0) {
      const widest = candidates.reduce(
        (best, index) => ((widths[index] ?? 0) > (widths[best] ?? NARROWEST) ? index : best),
        -1,
      )
      if (widest === -1) break
      widths[widest] = (widths[widest] ?? 0) - 1
      excess -= 1
    }
  }
  return widths
}

function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length
}
