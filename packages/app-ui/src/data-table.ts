import { h } from './elements.ts'

export interface TableColumn {
  title: string
  isNumber: boolean
}

/** The figures of a chart, for reading; `rows` are as written. */
export function dataTable(
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): HTMLElement {
  const kind = ({ isNumber }: TableColumn) => (isNumber ? 'number' : undefined)
  const table = h(
    'table',
    {},
    h('caption', {}, caption),
    h(
      'thead',
      {},
      h('tr', {}, ...columns.map((column) => h('th', { scope: 'col', class: kind(column) }, column.title))),
    ),
    h(
      'tbody',
      {},
      ...rows.map((row) =>
        h('tr', {}, ...columns.map((column, index) => h('td', { class: kind(column) }, row[index] ?? ''))),
      ),
    ),
  )
  // What scrolls has to be reached by keyboard.
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption }, table)
}
