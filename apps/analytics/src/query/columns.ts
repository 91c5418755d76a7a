import { dimension } from '../dimensions/catalogue.ts'
import type { Metric } from '../metrics/define-metric.ts'
import type { Column } from '../model.ts'
import { keysOf } from './build.ts'
import type { Question } from './question.ts'

/** What the keys of an answer's rows are, so that they can be shown and charted without guessing. */
export function columnsOf(question: Pick<Question, 'grain' | 'dimensions' | 'metrics'>): Column[] {
  const { grain, dimensions, metrics } = question
  return [
    ...keysOf({ grain, dimensions, metrics }).flatMap((name): Column[] => {
      if (name === 'period') return [periodColumn(grain ?? '')]
      const { title, type, names } = dimension(name)
      const column: Column = { name, title, role: 'dimension', type }
      return names
        ? [column, { name: `${name}_name`, title: `${title} name`, role: 'name', type: 'text' }]
        : [column]
    }),
    ...metrics.map(metricColumn),
  ]
}

export function periodColumn(grain: string): Column {
  return { name: 'period', title: `First day of the ${grain}`, role: 'period', type: 'date' }
}

export function metricColumn({
  name,
  title,
  format,
  unit,
}: Pick<Metric, 'name' | 'title' | 'format' | 'unit'>): Column {
  const units = { money: 'currency', percent: '%', count: unit, decimal: unit }[format]
  return {
    name,
    title,
    role: 'measure',
    type: format === 'count' ? 'integer' : 'decimal',
    format,
    ...(units && { unit: units }),
  }
}
