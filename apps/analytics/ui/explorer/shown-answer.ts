import { type DrawnChart, dataTable, drawChart, h, select } from '@atoll/app-ui'
import {
  type Answer,
  cellText,
  currenciesOf,
  grainOf,
  measuresOf,
  nounOf,
  periodOf,
  periodTitle,
  subjectsOf,
  tellingApart,
} from './answer.ts'
import { type Chart, chartOf, choicesOf } from './chart-of.ts'

export interface ShownAnswer {
  readonly element: HTMLElement
  readonly title: string
  redraw(): void
  remove(): void
}

/** Rows up to which the table is open from the start. */
const FEW = 12

/** An answer as a chart with its table, and what of it is drawn to choose. */
export function showAnswer(answer: Answer, locale: string): ShownAnswer {
  const choices = choicesOf(answer)
  let chosen = choices[0]
  const currencies = currenciesOf(
    answer,
    measuresOf(answer).find(({ unit }) => unit === 'currency'),
  )
  let currency = currencies[0]
  let drawn: DrawnChart | undefined
  const place = h('div', {})
  const element = h('div', { class: 'answer' })

  function draw(): void {
    const chart = chosen && chartOf(answer, { measures: chosen.measures, currency, locale })
    drawn?.remove()
    drawn = chart && drawChart(chart.data)
    place.replaceChildren(...(drawn ? [drawn.element] : figures(answer, locale)), ...notes(answer, chart))
  }

  const pickers = []
  if (choices.length > 1) {
    const { field, input } = select('Drawn', choices, chosen?.value ?? '')
    input.addEventListener('change', () => {
      chosen = choices.find(({ value }) => value === input.value)
      draw()
    })
    pickers.push(field)
  }
  if (currencies.length > 1) {
    const options = currencies.map((code) => ({ value: code, text: code }))
    const { field, input } = select('Currency drawn', options, currency ?? '')
    input.addEventListener('change', () => {
      currency = input.value
      draw()
    })
    pickers.push(field)
  }
  const title = titleOf(answer, chosen?.text ?? '')
  if (pickers.length > 0) element.append(h('form', { 'aria-label': 'Chart' }, ...pickers))
  element.append(place, tableOf(answer, title, locale))
  draw()
  return { element, title, redraw: () => drawn?.redraw(), remove: () => drawn?.remove() }
}

/** One row of figures needs no chart. */
function figures(answer: Answer, locale: string): HTMLElement[] {
  const [row] = answer.rows
  if (!row) return []
  return measuresOf(answer).map((measure) =>
    h(
      'p',
      { class: 'figure' },
      h('strong', {}, cellText(row, measure, undefined, locale) || 'none'),
      ` ${measure.title}`,
    ),
  )
}

function notes({ truncated, rows }: Answer, chart: Chart | undefined): HTMLElement[] {
  const more = truncated ? `There is more than these ${rows.length} rows.` : undefined
  return [chart?.note, more].flatMap((note) => (note === undefined ? [] : [h('p', { class: 'faint' }, note)]))
}

function tableOf(answer: Answer, caption: string, locale: string): HTMLElement {
  const measures = measuresOf(answer)
  const period = periodOf(answer)
  const rank = answer.columns.filter(({ name }) => name === 'rank')
  const columns = [...rank, ...(period ? [period] : []), ...subjectsOf(answer, measures), ...measures]
  const grain = grainOf(answer)
  const table = dataTable(
    caption,
    columns.map(({ title, role, name }) => ({
      title: role === 'period' ? periodTitle(grain) : title,
      isNumber: role === 'measure' || name === 'rank',
    })),
    answer.rows.map((row) => columns.map((column) => cellText(row, column, grain, locale))),
  )
  const count = answer.rows.length
  return h(
    'details',
    { open: count <= FEW },
    h('summary', {}, `Table (${count} ${count === 1 ? 'row' : 'rows'})`),
    table,
  )
}

function titleOf(answer: Answer, text: string): string {
  const [measure] = measuresOf(answer)
  const subject = measure?.name === 'current' ? `${measure.title.split(',')[0]}, two periods` : text
  const by = tellingApart(answer.rows, subjectsOf(answer, measuresOf(answer))).map(nounOf)
  const grain = grainOf(answer)
  return `${subject}${by.length > 0 ? ` by ${by.join(' and ')}` : ''}${grain ? ` per ${grain}` : ''}`
}
