import type { Cell, Chart, Table } from '../blocks.ts'
import { minor } from './write-cell.ts'

/** The values behind a chart, for formats that draw none. */
export function tableOfChart({
  id,
  title,
  categories,
  category_label,
  unit,
  currency,
  series,
}: Chart): Table {
  const cell = (value: number | null | undefined): Cell => {
    if (value === null || value === undefined) return null
    return currency === null ? value : { minor: minor(value, currency), currency }
  }
  return {
    kind: 'table',
    id,
    title,
    columns: [{ label: category_label, unit: 'text' }, ...series.map(({ name }) => ({ label: name, unit }))],
    rows: categories.map((category, index) => [category, ...series.map(({ values }) => cell(values[index]))]),
  }
}
