import { z } from 'zod'

/** What a figure counts, so that every format writes it alike. */
export const Unit = z.enum(['text', 'date', 'count', 'percent', 'years', 'hours', 'money'])
export type Unit = z.output<typeof Unit>

export const Money = z.strictObject({
  minor: z.int().describe('Whole minor units of the currency: 44000 is 440.00 USD'),
  currency: z.string().regex(/^[A-Z]{3}$/),
})
export type Money = z.output<typeof Money>

export const Cell = z.union([z.string(), z.number(), Money, z.null()]).describe('Null where there is none')
export type Cell = z.output<typeof Cell>

export const Figures = z.strictObject({
  kind: z.literal('figures'),
  figures: z.array(
    z.strictObject({
      label: z.string(),
      value: Cell,
      unit: Unit,
      change_percent: z.number().nullable().describe('Against the period before; null when not compared'),
    }),
  ),
})
export type Figures = z.output<typeof Figures>

export const Table = z.strictObject({
  kind: z.literal('table'),
  id: z.string(),
  title: z.string(),
  columns: z.array(z.strictObject({ label: z.string(), unit: Unit })),
  rows: z.array(z.array(Cell)).describe('A cell for each column'),
})
export type Table = z.output<typeof Table>

export const Chart = z.strictObject({
  kind: z.literal('chart'),
  id: z.string(),
  title: z.string(),
  shape: z.enum(['line', 'column', 'bar']).describe('line and column run over time, bar compares names'),
  categories: z.array(z.string()),
  category_label: z.string(),
  value_label: z.string(),
  unit: Unit,
  currency: z.string().nullable().describe('Of money, whose values are in the major unit'),
  series: z.array(z.strictObject({ name: z.string(), values: z.array(z.number().nullable()) })),
})
export type Chart = z.output<typeof Chart>

export const Note = z.strictObject({ kind: z.literal('note'), text: z.string() })

/** What a section is made of. */
export const Block = z.discriminatedUnion('kind', [Figures, Table, Chart, Note])
export type Block = z.output<typeof Block>

/** A figure that is compared with that of the period before, where there was one. */
export function compared(label: string, unit: Unit, now: Cell, before: Cell): Figures['figures'][number] {
  const [a, b] = [amount(now), amount(before)]
  const change = a === undefined || !b ? null : Math.round(((a - b) / Math.abs(b)) * 1000) / 10
  return { label, unit, value: now, change_percent: change }
}

export function figure(label: string, unit: Unit, value: Cell): Figures['figures'][number] {
  return { label, unit, value, change_percent: null }
}

function amount(cell: Cell): number | undefined {
  if (typeof cell === 'number') return cell
  return cell !== null && typeof cell === 'object' ? cell.minor : undefined
}
