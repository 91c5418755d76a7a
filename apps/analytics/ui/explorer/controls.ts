import { h, select } from '@atoll/app-ui'
import type { Question } from './question.ts'

/** What `list_metrics` answers, as far as the controls need it. */
export interface Catalogue {
  metrics: readonly { name: string; title: string; dimensions: readonly string[] }[]
  dimensions: readonly { name: string; title: string }[]
  grains: readonly string[]
  figures: { first_day: string | null; last_day: string | null }
}

export interface Controls {
  readonly element: HTMLFormElement
  /** Make them say what is asked now. */
  show(question: Question): void
}

const BETWEEN = ','

/** Metric, dimension, period and days, of what the catalogue allows together. */
export function controls(
  { metrics, dimensions, grains, figures }: Catalogue,
  onChange: (change: Partial<Question>) => void,
): Controls {
  const metric = select(
    'Metric',
    metrics.map(({ name, title }) => ({ value: name, text: title })),
    '',
  )
  const dimension = select('By', [], '')
  const grain = select(
    'Per',
    [{ value: '', text: 'all days' }, ...grains.map((each) => ({ value: each, text: each }))],
    '',
  )
  const limits = { min: figures.first_day ?? undefined, max: figures.last_day ?? undefined }
  const from = h('input', { type: 'date', ...limits })
  const to = h('input', { type: 'date', ...limits })
  const element = h(
    'form',
    { 'aria-label': 'Question' },
    metric.field,
    dimension.field,
    grain.field,
    h('label', {}, h('span', {}, 'From'), from),
    h('label', {}, h('span', {}, 'To'), to),
  )
  const titles = new Map(dimensions.map(({ name, title }) => [name, title]))
  const allowed = (name: string) => metrics.find((each) => each.name === name)?.dimensions ?? []

  element.addEventListener('submit', (event) => event.preventDefault())
  metric.input.addEventListener('change', () => {
    const kept = split(dimension.input.value).filter((name) => allowed(metric.input.value).includes(name))
    onChange({ metric: metric.input.value, dimensions: kept })
  })
  dimension.input.addEventListener('change', () => onChange({ dimensions: split(dimension.input.value) }))
  grain.input.addEventListener('change', () => onChange({ grain: grain.input.value || undefined }))
  from.addEventListener('change', () => onChange({ from: from.value || undefined }))
  to.addEventListener('change', () => onChange({ to: to.value || undefined }))

  return {
    element,
    show(question) {
      metric.input.value = question.metric
      const now = question.dimensions.join(BETWEEN)
      const values = ['', ...allowed(question.metric)]
      if (!values.includes(now)) values.push(now)
      const text = (value: string) =>
        split(value)
          .map((name) => titles.get(name) ?? name)
          .join(' and ')
      dimension.input.replaceChildren(
        ...values.map((value) => h('option', { value }, value === '' ? 'nothing' : text(value))),
      )
      dimension.input.value = now
      grain.input.value = question.grain ?? ''
      from.value = question.from ?? ''
      to.value = question.to ?? ''
    },
  }
}

function split(value: string): string[] {
  return value === '' ? [] : value.split(BETWEEN)
}
