import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { DIMENSION_NAMES } from '../dimensions/catalogue.ts'
import { allowedDimension, METRICS } from '../metrics/catalogue.ts'
import type { Metric } from '../metrics/define-metric.ts'
import { Grain, Range, text } from '../model.ts'
import { keysOf } from './build.ts'
import type { DateRange, Filter, Question } from './question.ts'

const METRIC_NAMES = METRICS.map(({ name }) => name)

export const MetricName = z
  .enum(METRIC_NAMES, { error: `is not a metric; metrics are ${METRIC_NAMES.join(', ')}` })
  .describe('A metric of list_metrics')

export const Dimension = z.enum(DIMENSION_NAMES, {
  error: `is not a dimension; dimensions are ${DIMENSION_NAMES.join(', ')}`,
})

export const Filters = z
  .array(
    z.strictObject({
      dimension: Dimension,
      values: z
        .array(z.union([text(200), z.null()]))
        .min(1)
        .max(50)
        .describe('Rows with one of these; null is where there is none'),
      not: z.boolean().default(false).describe('true: rows with none of these'),
    }),
  )
  .max(10)
  .default([])
  .describe('All must hold')

export const Order = z.strictObject({
  by: text(64).describe('period, a dimension or a metric of the answer'),
  direction: z.enum(['asc', 'desc']).default('desc'),
})

export const MetricRequest = z.strictObject({
  metric: MetricName,
  dimensions: z.array(Dimension).max(4).default([]).describe('One row for each of their values'),
  filters: Filters,
  grain: Grain.optional().describe('One row for each of these periods too, where something was sold'),
  ...Range,
  order: Order.optional().describe('Left out: by period, or else the highest figures first'),
  limit: z.int().min(1).max(1000).default(100).describe('Rows at most'),
})

/** Throws InvalidError when the range is backwards. */
export function checkRange({ from, to }: DateRange): void {
  if (from !== undefined && to !== undefined && from > to)
    throw new InvalidError(`from (${from}) is after to (${to}). Swap them.`)
}

/** Throws InvalidError for a dimension that one of the metrics does not allow, and for one that is there twice. */
export function checkDimensions(
  metrics: readonly Metric[],
  dimensions: readonly string[],
  filters: readonly Pick<Filter, 'dimension'>[],
): void {
  for (const metric of metrics)
    for (const name of [...dimensions, ...filters.map(({ dimension }) => dimension)])
      allowedDimension(metric, name)
  const twice = dimensions.find((name, index) => dimensions.indexOf(name) !== index)
  if (twice !== undefined) throw new InvalidError(`The dimension ${twice} is there twice.`)
}

/** Throws InvalidError, naming what an answer can be ordered by. */
export function checkOrder(
  by: string,
  { grain, dimensions, metrics }: Pick<Question, 'grain' | 'dimensions' | 'metrics'>,
): string {
  const columns: string[] = [...keysOf({ grain, dimensions, metrics }), ...metrics.map(({ name }) => name)]
  if (columns.includes(by)) return by
  throw new InvalidError(`Cannot order by "${by}". This answer has: ${columns.join(', ')}.`, {
    details: { columns },
  })
}
