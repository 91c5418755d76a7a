import { type DimensionName, dimension } from '../dimensions/catalogue.ts'
import type { Measure } from '../metrics/measures.ts'
import type { Grain } from '../model.ts'
import { isWhole, wholePeriods } from './calendar.ts'
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
  const { per, edges } = source
  if (per === 'day') return true
  if (per === 'all') return grain === undefined && range.from === undefined && range.to === undefined
  // Customers of one month cannot be added to those of another: most are the same.
  const grains = source.name === 'sales_cohorts' ? COHORT_GRAINS : GRAINS[per]
  const isKnown = edges === undefined ? isWhole(per, range) : wholePeriods(per, range) !== undefined
  return grains.includes(grain) && isKnown
}

const COHORT_GRAINS: readonly (Grain | undefined)[] = ['month']
const GRAINS: Readonly<Record<'month' | 'year', readonly (Grain | undefined)[]>> = {
  month: [undefined, 'month', 'quarter', 'year'],
  year: [undefined, 'year'],
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
