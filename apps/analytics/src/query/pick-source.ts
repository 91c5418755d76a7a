import { type DimensionName, dimension } from '../dimensions/catalogue.ts'
import { MEASURES, type Measure } from '../metrics/measures.ts'
import { isWholeMonths } from './calendar.ts'
import { dimensionsOf, type Question } from './question.ts'
import { SOURCES, type Source } from './sources.ts'

/** The smallest source that answers a question exactly; undefined when none does. */
export function pickSource(question: Question): Source | undefined {
  return SOURCES.find((source) => answers(source, question))
}

function answers(source: Source, question: Question): boolean {
  return (
    knowsDays(source, question) &&
    dimensionsOf(question).every((name) => hasDimension(source, name)) &&
    question.metrics.every(({ measures }) =>
      measures.every((measure) => hasMeasure(source, measure, question)),
    )
  )
}

function knowsDays({ per }: Source, { grain, range }: Question): boolean {
  if (per === 'day') return true
  if (per === 'all') return grain === undefined && range.from === undefined && range.to === undefined
  return grain !== 'day' && grain !== 'week' && isWholeMonths(range)
}

export function hasDimension({ keys }: Source, name: DimensionName): boolean {
  const { key } = dimension(name)
  return key === undefined || keys.includes(key) || (name === 'category' && keys.includes('category'))
}

function hasMeasure(source: Source, measure: Measure, question: Question): boolean {
  if (measure === 'customers') return source.keys.includes('customer_id')
  if (MEASURES[measure].level === 'order') return source.level === 'order'
  if (measure !== 'orders' || source.level === 'order' || source.facts) return true
  // Sums by product or category count an order once for each, so they are only added up where there is only one.
  return isPinned(source.keys.includes('category') ? 'category' : 'product', question)
}

function isPinned(name: DimensionName, { dimensions, filters }: Question): boolean {
  if (dimensions.includes(name)) return true
  return filters.some((filter) => filter.dimension === name && !filter.not && filter.values.length === 1)
}
