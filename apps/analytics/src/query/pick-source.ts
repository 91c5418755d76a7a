import { type DimensionName, dimension } from '../dimensions/catalogue.ts'
import type { Measure } from '../metrics/measures.ts'
import { isWholeMonths, wholeYears } from './calendar.ts'
import { dimensionsOf, needsCurrency, type Question } from './question.ts'
import { SOURCES, type Source } from './sources.ts'

/** The smallest source that answers a question exactly; undefined when none does. */
export function pickSource(question: Question): Source | undefined {
  return SOURCES.find((source) => answers(source, question))
}

function answers(source: Source, question: Question): boolean {
  const needed = [
    ...dimensionsOf(question),
    ...(needsCurrency(question.metrics) ? (['currency'] as const) : []),
  ]
  return (
    knowsDays(source, question) &&
    needed.every((name) => hasDimension(source, name)) &&
    question.metrics.every(({ measures }) =>
      measures.every((measure) => hasMeasure(source, measure, question)),
    )
  )
}

function knowsDays(source: Source, { grain, range }: Question): boolean {
  switch (source.per) {
    case 'day':
      return true
    // Customers of one month cannot be added to those of another: most are the same.
    case 'month':
      return (
        (source.name === 'sales_cohorts' ? grain === 'month' : grain !== 'day' && grain !== 'week') &&
        isWholeMonths(range)
      )
    case 'year':
      return (grain === undefined || grain === 'year') && wholeYears(range) !== undefined
    case 'all':
      return grain === undefined && range.from === undefined && range.to === undefined
  }
}

function hasDimension({ keys }: Source, name: DimensionName): boolean {
  const { key } = dimension(name)
  return keys.includes(key) || (name === 'category' && keys.includes('category'))
}

function hasMeasure({ measures, ordersBy }: Source, measure: Measure, question: Question): boolean {
  if (!measures.includes(measure)) return false
  return measure !== 'orders' || ordersBy === undefined || isPinned(ordersBy, question)
}

function isPinned(name: DimensionName, { dimensions, filters }: Question): boolean {
  if (dimensions.includes(name)) return true
  return filters.some((filter) => filter.dimension === name && !filter.not && filter.values.length === 1)
}
