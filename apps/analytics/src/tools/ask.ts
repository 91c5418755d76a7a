import type { Principal } from '@atoll/auth'
import type { DimensionName } from '../dimensions/catalogue.ts'
import { metricNamed } from '../metrics/catalogue.ts'
import type { Column, Grain, Row } from '../model.ts'
import { columnsOf } from '../query/columns.ts'
import type { DateRange, Filter } from '../query/question.ts'
import { checkDimensions, checkOrder, checkRange } from '../query/request.ts'
import type { analyticsStore } from '../store.ts'

export interface Asked {
  metrics: readonly string[]
  dimensions?: readonly DimensionName[]
  filters?: readonly Filter[]
  grain?: Grain | undefined
  range: DateRange
  order?: { by: string; direction: 'asc' | 'desc' } | undefined
  limit: number
}

export interface Context {
  deps: Pick<ReturnType<typeof analyticsStore>, 'figures' | 'names'>
  principal: Principal
  signal: AbortSignal
}

export interface Table {
  columns: Column[]
  rows: Row[]
  truncated: boolean
}

/** Check a question by the catalogues, and have it answered. Throws InvalidError, saying what is allowed. */
export async function ask({ deps, principal, signal }: Context, asked: Asked): Promise<Table> {
  const { dimensions = [], filters = [], grain, range, order, limit } = asked
  const metrics = asked.metrics.map(metricNamed)
  checkRange(range)
  checkDimensions(metrics, dimensions, filters)
  const by = checkOrder(order?.by ?? (grain ? 'period' : (asked.metrics[0] ?? '')), {
    grain,
    dimensions,
    metrics,
  })
  const question = {
    metrics,
    dimensions,
    filters: await deps.names.resolve(principal, filters, { signal }),
    grain,
    range,
    order: { by, descending: order ? order.direction === 'desc' : !grain },
    limit,
  }
  return { columns: columnsOf(question), ...(await deps.figures.ask(principal, question, { signal })) }
}
