import { formatDay, formatNumber, type NumberKind } from '@atoll/app-ui'
import type { Column, Row } from '../../src/model.ts'

/** What the tools of analytics that name this page answer, as far as it looks at it. */
export interface Answer {
  columns: readonly Column[]
  rows: readonly Row[]
  truncated: boolean
}

/** The structured content of a result; undefined when it is none of these. */
export function asAnswer(content: unknown): Answer | undefined {
  const { columns, rows } = (content ?? {}) as Partial<Answer>
  // The server checked it against the tool's output schema; this tells tables from everything else.
  return Array.isArray(columns) && Array.isArray(rows) ? (content as Answer) : undefined
}

export function measuresOf({ columns }: Answer): Column[] {
  return columns.filter(({ role }) => role === 'measure')
}

/** The currencies that amounts are in; none where the measure is no amount. */
export function currenciesOf({ rows }: Answer, measure: Column | undefined): string[] {
  if (measure?.unit !== 'currency') return []
  return [...new Set(rows.flatMap(({ currency }) => (typeof currency === 'string' ? currency : [])))]
}

/** What rows are about: dimensions by their names where they have names, without what only counts or scales. */
export function subjectsOf({ columns }: Answer, measures: readonly Column[]): Column[] {
  const names = new Set(columns.filter(({ role }) => role === 'name').map(({ name }) => name))
  const isMoney = measures.some(({ unit }) => unit === 'currency')
  return columns.filter(({ name, role }) => {
    if (role === 'measure' || role === 'period' || name === 'rank') return false
    return !names.has(`${name}_name`) && !(isMoney && name === 'currency')
  })
}

/** The first subjects, as far as they tell rows of a period apart: a product's name needs no category beside it. */
export function tellingApart(rows: readonly Row[], subjects: readonly Column[]): readonly Column[] {
  const isEnough = (count: number) => {
    const keys = rows.map((row) =>
      JSON.stringify([row.period, row.currency, ...subjects.slice(0, count).map(({ name }) => row[name])]),
    )
    return new Set(keys).size === rows.length
  }
  const count = subjects.findIndex((_, index) => isEnough(index + 1)) + 1
  return count > 0 ? subjects.slice(0, count) : subjects
}

/** `product`, of the column "Product name". */
export function nounOf({ title }: Column): string {
  return title.toLowerCase().replace(/ name$/, '')
}

export function periodOf({ columns }: Answer): Column | undefined {
  return columns.find(({ role }) => role === 'period')
}

/** `month`, as in "First day of the month". */
export function grainOf(answer: Answer): string | undefined {
  return periodOf(answer)?.title.split(' ').at(-1)
}

/** `Month`, for what shows whole periods. */
export function periodTitle(grain = 'period'): string {
  return `${grain[0]?.toUpperCase()}${grain.slice(1)}`
}

/** What was asked by and per, seen from the answer. */
export function shapeOf(answer: Answer): { grain: string | undefined; dimensions: string[] } {
  const isMoney = measuresOf(answer).some(({ unit }) => unit === 'currency')
  const dimensions = answer.columns.filter(({ role, name }) => role === 'dimension' && name !== 'rank')
  const names = dimensions.map(({ name }) => name).filter((name) => !(isMoney && name === 'currency'))
  return { grain: grainOf(answer), dimensions: names }
}

export function kindOf(column: Column, currency: string | undefined): NumberKind {
  if (column.unit === 'currency' && currency) return { style: 'money', currency }
  return { style: column.format === 'percent' ? 'percent' : 'plain' }
}

/** A cell as it is read. */
export function cellText(row: Row, column: Column, grain: string | undefined, locale: string): string {
  const value = row[column.name] ?? null
  if (value === null) return column.role === 'measure' ? '' : 'none'
  if (column.role === 'measure') {
    const currency = typeof row.currency === 'string' ? row.currency : undefined
    return formatNumber(value, kindOf(column, currency), { locale })
  }
  if (column.role === 'period') return formatDay(String(value), grain, locale)
  return column.name === 'weekday' ? weekday(Number(value), locale) : String(value)
}

/** 1 is Monday; so was the first day of 2024. */
function weekday(number: number, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' })
  return format.format(new Date(Date.UTC(2024, 0, number)))
}
