import { type ChartData, dataTable, drawChart, formatDay, formatNumber, h } from '@atoll/app-ui'
import type { Block, Cell, Chart, Figures, Table, Unit } from '../../src/blocks.ts'
import { tableOfChart } from '../../src/rendering/table-of-chart.ts'
import { isNumeric, major } from '../../src/rendering/write-cell.ts'

export interface ShownBlock {
  readonly element: HTMLElement
  redraw?(): void
  remove?(): void
}

export function showBlock(block: Block, locale: string): ShownBlock {
  switch (block.kind) {
    case 'figures':
      return { element: figures(block, locale) }
    case 'table':
      return { element: h('figure', {}, h('h3', {}, block.title), table(block, locale)) }
    case 'chart':
      return chart(block, locale)
    case 'note':
      return { element: h('p', {}, block.text) }
  }
}

function figures({ figures }: Figures, locale: string): HTMLElement {
  const tiles = figures.map(({ label, value, unit, change_percent: change }) =>
    h(
      'div',
      { class: 'tile' },
      h('dt', {}, label),
      h('dd', {}, h('strong', {}, cellText(value, unit, locale))),
      change === null ? undefined : h('dd', { class: 'faint' }, changeText(change, locale)),
    ),
  )
  return h('dl', { class: 'tiles' }, ...tiles)
}

function table({ title, columns, rows }: Table, locale: string): HTMLElement {
  return dataTable(
    title,
    columns.map(({ label, unit }) => ({ title: label, isNumber: isNumeric(unit) })),
    rows.map((row) => row.map((cell, index) => cellText(cell, columns[index]?.unit ?? 'text', locale))),
  )
}

function chart(block: Chart, locale: string): ShownBlock {
  const drawn = drawChart(dataOf(block, locale))
  const under = h('details', {}, h('summary', {}, 'Table'), table(tableOfChart(block), locale))
  return {
    element: h('figure', {}, h('h3', {}, block.title), drawn.element, under),
    redraw: drawn.redraw,
    remove: drawn.remove,
  }
}

function dataOf(block: Chart, locale: string): ChartData {
  const { title, shape, categories, category_label, value_label, unit, currency, series } = block
  const shown = currency ?? { percent: '%', hours: 'h', years: 'years' }[unit as string]
  return {
    title,
    shape,
    categories,
    categoryLabel: category_label,
    valueLabel: shown === undefined ? value_label : `${value_label} (${shown})`,
    series,
    isCount: unit === 'count',
    write: (value) =>
      currency === null
        ? cellText(value, unit, locale)
        : formatNumber(value, { style: 'money', currency }, { locale }),
    writeShort: (value) => formatNumber(value, { style: 'plain' }, { locale, isShort: true }),
  }
}

function cellText(cell: Cell, unit: Unit, locale: string): string {
  if (cell === null) return '–'
  if (typeof cell === 'string') return unit === 'date' ? formatDay(cell, undefined, locale) : cell
  if (typeof cell === 'object') {
    const { minor, currency } = cell
    return formatNumber(major(minor, currency), { style: 'money', currency }, { locale })
  }
  const text = formatNumber(cell, { style: unit === 'percent' ? 'percent' : 'plain' }, { locale })
  if (unit === 'years') return `${text} years`
  return unit === 'hours' ? `${text} h` : text
}

function changeText(percent: number, locale: string): string {
  const sign = percent > 0 ? '+' : ''
  return `${sign}${formatNumber(percent, { style: 'percent' }, { locale })} on the period before`
}
