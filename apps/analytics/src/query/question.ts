import type { DimensionName } from '../dimensions/catalogue.ts'
import type { Metric } from '../metrics/define-metric.ts'
import type { Grain } from '../model.ts'

export interface Filter {
  dimension: DimensionName
  /** Values that rows must, or must not, have; null is where there is none. */
  values: readonly (string | null)[]
  not: boolean
}

export interface DateRange {
  /** Both inclusive, `YYYY-MM-DD`. */
  from?: string | undefined
  to?: string | undefined
}

/** One question to the star, checked: every name is one of the catalogue's. */
export interface Question {
  metrics: readonly Metric[]
  dimensions: readonly DimensionName[]
  filters: readonly Filter[]
  grain?: Grain | undefined
  range: DateRange
  /** The column that decides the order of rows. */
  order: { by: string; descending: boolean }
  limit: number
}

/** Dimensions that a question needs, to group or to filter. */
export function dimensionsOf({ dimensions, filters }: Question): DimensionName[] {
  return [...new Set([...dimensions, ...filters.map(({ dimension }) => dimension)])]
}

/** Amounts of different currencies cannot be added: then rows are of one currency each. */
export function needsCurrency(metrics: readonly Metric[]): boolean {
  return metrics.some((metric) => metric.hasMoney)
}
