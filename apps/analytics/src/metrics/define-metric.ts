import { DIMENSIONS, type DimensionName } from '../dimensions/catalogue.ts'
import { MEASURES, type Measure } from './measures.ts'

/** How a figure is to be read: an amount of the row's currency, a number of things, or a number with two decimals. */
export type Format = 'money' | 'count' | 'decimal' | 'percent'

export interface MetricDefinition {
  name: string
  title: string
  /** For people and models: what it counts, and what not. */
  description: string
  /** SQL over names of measures, which are summed up for each row of the answer; null where there is nothing. */
  sql: string
  /** What rows may be grouped and filtered by. */
  dimensions: readonly DimensionName[]
  format: Format
  /** Of a count: what is counted. */
  unit?: string
}

export interface Metric extends MetricDefinition {
  /** The measures that its SQL names. */
  measures: readonly Measure[]
  /** Whether it is made of amounts, which are only added within one currency. */
  hasMoney: boolean
  /** Whether it divides: then nothing sold means no figure, instead of 0. */
  isRatio: boolean
}

/** Throws a TypeError for SQL that names anything but measures, and for dimensions that its measures do not have. */
export function defineMetric(definition: MetricDefinition): Metric {
  const { name, sql, dimensions } = definition
  const words = [...new Set(sql.match(/[a-z_]+/g) ?? [])].filter((word) => !FUNCTIONS.has(word))
  const unknown = words.find((word) => !Object.hasOwn(MEASURES, word))
  if (unknown !== undefined) throw new TypeError(`Metric ${name}: there is no measure "${unknown}"`)
  const measures = words as Measure[]
  if (measures.length === 0) throw new TypeError(`Metric ${name}: its SQL names no measure`)
  const whole = measures.find((measure) => MEASURES[measure].level === 'order')
  const part = dimensions.find((dimension) => DIMENSIONS[dimension].level === 'line')
  if (whole && part) throw new TypeError(`Metric ${name}: ${whole} is of whole orders, ${part} is of lines`)
  return {
    ...definition,
    measures,
    hasMoney: measures.some((measure) => MEASURES[measure].money),
    isRatio: sql.includes('/'),
  }
}

const FUNCTIONS = new Set(['nullif', 'coalesce', 'greatest', 'least', 'numeric'])
