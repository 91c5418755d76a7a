import { InvalidError } from '@atoll/errors'
import { DIMENSION_NAMES, DIMENSIONS, type DimensionName } from '../dimensions/catalogue.ts'
import { defineMetric, type Metric } from './define-metric.ts'

const ALL = DIMENSION_NAMES
const OF_ORDERS = ALL.filter((name): name is DimensionName => DIMENSIONS[name].level === 'order')

/** Every metric there is. Tools, their schemas and docs/reference/metrics.md follow from here. */
export const METRICS: readonly Metric[] = [
  defineMetric({
    name: 'revenue',
    title: 'Revenue',
    description:
      'Price x quantity x (1 - discount) of all lines, exact and rounded once at the end. Without shipping, without ' +
      'cancelled orders, before refunds.',
    sql: 'revenue',
    dimensions: ALL,
    format: 'money',
  }),
  defineMetric({
    name: 'gross_revenue',
    title: 'Gross revenue',
    description: 'Price x quantity of all lines, before discounts. Without shipping and cancelled orders.',
    sql: 'gross',
    dimensions: ALL,
    format: 'money',
  }),
  defineMetric({
    name: 'discounts',
    title: 'Discounts',
    description: 'What discounts took off: gross revenue less revenue.',
    sql: 'gross - revenue',
    dimensions: ALL,
    format: 'money',
  }),
  defineMetric({
    name: 'discount_rate',
    title: 'Discount rate',
    description: 'Discounts as a share of gross revenue.',
    sql: '100 * (gross - revenue) / nullif(gross, 0)',
    dimensions: ALL,
    format: 'percent',
  }),
  defineMetric({
    name: 'orders',
    title: 'Orders',
    description:
      'Orders that were not cancelled. By product or category, an order counts once for each that it has.',
    sql: 'orders',
    dimensions: ALL,
    format: 'count',
    unit: 'orders',
  }),
  defineMetric({
    name: 'units',
    title: 'Units',
    description: 'Pieces sold. Without cancelled orders.',
    sql: 'units',
    dimensions: ALL,
    format: 'count',
    unit: 'units',
  }),
  defineMetric({
    name: 'customers',
    title: 'Customers',
    description: 'Different customers with an order that was not cancelled.',
    sql: 'customers',
    dimensions: ALL,
    format: 'count',
    unit: 'customers',
  }),
  defineMetric({
    name: 'average_order_value',
    title: 'Average order value',
    description: 'Revenue divided by orders.',
    sql: 'revenue / nullif(orders, 0)',
    dimensions: OF_ORDERS,
    format: 'money',
  }),
  defineMetric({
    name: 'units_per_order',
    title: 'Units per order',
    description: 'Pieces sold divided by orders.',
    sql: 'units::numeric / nullif(orders, 0)',
    dimensions: OF_ORDERS,
    format: 'decimal',
    unit: 'units',
  }),
  defineMetric({
    name: 'shipping',
    title: 'Shipping',
    description: 'What was charged for shipping, which belongs to whole orders. Without cancelled orders.',
    sql: 'shipping',
    dimensions: OF_ORDERS,
    format: 'money',
  }),
  defineMetric({
    name: 'cancelled_orders',
    title: 'Cancelled orders',
    description: 'Orders that were cancelled.',
    sql: 'cancelled_orders',
    dimensions: OF_ORDERS,
    format: 'count',
    unit: 'orders',
  }),
  defineMetric({
    name: 'cancelled_revenue',
    title: 'Cancelled revenue',
    description: 'What cancelled orders would have brought.',
    sql: 'cancelled_revenue',
    dimensions: OF_ORDERS,
    format: 'money',
  }),
]

/** Throws InvalidError, naming the metrics there are. */
export function metricNamed(name: string): Metric {
  const found = METRICS.find((metric) => metric.name === name)
  if (found) return found
  const known = METRICS.map((metric) => metric.name)
  throw new InvalidError(`There is no metric "${name}". Metrics: ${known.join(', ')}.`, {
    details: { metrics: known },
  })
}

/** Throws InvalidError, naming the dimensions that the metric allows. */
export function allowedDimension(metric: Metric, name: string): DimensionName {
  const found = metric.dimensions.find((allowed) => allowed === name)
  if (found) return found
  throw new InvalidError(
    `${metric.name} has no dimension "${name}". Its dimensions: ${metric.dimensions.join(', ')}.`,
    { details: { metric: metric.name, dimensions: metric.dimensions } },
  )
}
