import { type ChartData, formatDay, formatNumber } from '@atoll/app-ui'
import type { Column, Row } from '../../src/model.ts'
import {
  type Answer,
  cellText,
  grainOf,
  kindOf,
  measuresOf,
  nounOf,
  periodOf,
  periodTitle,
  subjectsOf,
  tellingApart,
} from './answer.ts'
import { periodsBetween } from './periods.ts'

/** What of an answer is drawn. */
export interface Choice {
  measures: readonly Column[]
  currency: string | undefined
  locale: string
}

export interface Chart {
  data: ChartData
  /** What is in the table and not in the chart. */
  note: string | undefined
}

const MOST_BARS = 20
const MOST_SERIES = 6

/** How an answer is drawn; undefined where it is one figure, or nothing. */
export function chartOf(answer: Answer, choice: Choice): Chart | undefined {
  const { measures, currency } = choice
  const isMoney = measures.some(({ unit }) => unit === 'currency')
  const rows = isMoney ? answer.rows.filter((row) => row.currency === currency) : answer.rows
  const subjects = tellingApart(rows, subjectsOf(answer, measures))
  const period = periodOf(answer)
  if (rows.length === 0 || (rows.length === 1 && measures.length === 1)) return undefined
  return period ? overTime(answer, rows, period, subjects, choice) : bars(rows, subjects, choice)
}

/** The measures that are drawn together: two periods side by side are one choice. */
export function choicesOf(answer: Answer): { value: string; text: string; measures: Column[] }[] {
  const measures = measuresOf(answer)
  const pair = measures.filter(({ name }) => name === 'current' || name === 'previous')
  const single = measures
    .filter((measure) => pair.length < 2 || !pair.includes(measure))
    .map((measure) => ({ value: measure.name, text: measure.title, measures: [measure] }))
  return pair.length === 2 ? [{ value: 'both', text: 'Both periods', measures: pair }, ...single] : single
}

function overTime(
  answer: Answer,
  rows: readonly Row[],
  period: Column,
  subjects: readonly Column[],
  choice: Choice,
): Chart | undefined {
  const [measure] = choice.measures
  if (!measure) return undefined
  const { locale } = choice
  const grain = grainOf(answer)
  const days = rows.map((row) => String(row[period.name])).sort()
  const periods = periodsBetween(days[0] ?? '', days.at(-1) ?? '', grain)
  const groups = Map.groupBy(rows, (row) => labelOf(row, subjects, locale))
  const sum = (group: readonly Row[]) =>
    group.reduce((total, row) => total + Math.abs(Number(row[measure.name])), 0)
  const all = [...groups].sort(([, a], [, b]) => sum(b) - sum(a))
  const series = all.slice(0, MOST_SERIES).map(([label, group]) => {
    const values = new Map(group.map((row) => [String(row[period.name]), figureOf(row, measure)]))
    return {
      name: subjects.length > 0 ? label : measure.title,
      values: periods.map((day) => values.get(day) ?? null),
    }
  })
  const hidden = all.length - series.length
  return {
    data: {
      ...common(choice, subjects),
      shape: periods.length > 2 ? 'line' : 'column',
      categories: periods.map((day) => formatDay(day, grain, locale)),
      categoryLabel: periodTitle(grain),
      series,
    },
    note: hidden > 0 ? `The ${MOST_SERIES} largest are drawn; the table has ${hidden} more.` : undefined,
  }
}

function bars(rows: readonly Row[], subjects: readonly Column[], choice: Choice): Chart {
  const drawn = rows.slice(0, MOST_BARS)
  const hidden = rows.length - drawn.length
  return {
    data: {
      ...common(choice, subjects),
      shape: 'bar',
      categories: drawn.map((row) => labelOf(row, subjects, choice.locale)),
      categoryLabel: subjects.map(({ title }) => title).join(', '),
      series: choice.measures.map((measure) => ({
        name: measure.title,
        values: drawn.map((row) => figureOf(row, measure)),
      })),
    },
    note: hidden > 0 ? `The first ${MOST_BARS} are drawn; the table has ${hidden} more.` : undefined,
  }
}

function common({ measures, currency, locale }: Choice, subjects: readonly Column[]) {
  const [measure] = measures as [Column]
  const kind = kindOf(measure, currency)
  const title = measures.length > 1 ? (measure.title.split(',')[0] ?? measure.title) : measure.title
  const unit = measure.unit === 'currency' ? currency : measure.unit
  const by = subjects.map(nounOf).join(' and ')
  return {
    title: by ? `${title} by ${by}` : title,
    valueLabel: unit && unit !== title.toLowerCase() ? `${title} (${unit})` : title,
    isCount: measure.format === 'count',
    write: (value: number) => formatNumber(value, kind, { locale }),
    // The axis says the unit once.
    writeShort: (value: number) => formatNumber(value, { style: 'plain' }, { locale, isShort: true }),
  }
}

function labelOf(row: Row, subjects: readonly Column[], locale: string): string {
  return subjects.map((subject) => cellText(row, subject, undefined, locale)).join(', ')
}

function figureOf(row: Row, { name }: Column): number | null {
  const value = row[name] ?? null
  return value === null ? null : Number(value)
}
