import type { Key } from '../dimensions/catalogue.ts'
import type { Measure } from '../metrics/measures.ts'

/** A table or view of figures. */
export interface Source {
  name: string
  /** The days a row sums up: one, those of a month or year, or all there are. */
  per: 'day' | 'month' | 'year' | 'all'
  /** Columns that it has of dimensions. */
  keys: readonly Key[]
  measures: readonly Measure[]
  /** An order counts once for each of these: only where there is one alone, or each on its own, is the count right. */
  ordersBy?: 'category' | 'product'
  /** Where the days before and after the whole months or years of a range come from; without it only whole ones can be asked. */
  edges?: string
  /** Not sums but the sales themselves: a question to them reads the most. */
  facts?: true
}

const OF_LINES = ['orders', 'units', 'gross', 'revenue'] as const
const OF_ORDERS = [...OF_LINES, 'shipping', 'cancelled_orders', 'cancelled_revenue'] as const
const OF_CUSTOMERS = [...OF_ORDERS, 'customers'] as const

/** Smallest first: the first that can answer a question does. */
export const SOURCES: readonly Source[] = [
  { name: 'sales_cohorts', per: 'month', keys: [], measures: ['customers'] },
  { name: 'sales_daily', per: 'day', keys: ['currency', 'day'], measures: OF_ORDERS },
  {
    name: 'sales_daily_category',
    per: 'day',
    keys: ['currency', 'day', 'category'],
    measures: OF_LINES,
    ordersBy: 'category',
  },
  {
    name: 'sales_monthly_region_category',
    per: 'month',
    keys: ['currency', 'region_id', 'category'],
    measures: OF_LINES,
    ordersBy: 'category',
  },
  {
    name: 'sales_monthly_product',
    per: 'month',
    keys: ['currency', 'product_id'],
    measures: OF_LINES,
    ordersBy: 'product',
    edges: 'sales_daily_product',
  },
  { name: 'sales_daily_region', per: 'day', keys: ['currency', 'day', 'region_id'], measures: OF_ORDERS },
  { name: 'sales_customer', per: 'all', keys: ['currency', 'customer_id'], measures: OF_CUSTOMERS },
  {
    name: 'sales_yearly_customer',
    per: 'year',
    keys: ['currency', 'customer_id'],
    measures: OF_CUSTOMERS,
    edges: 'order_figures',
  },
  {
    name: 'sales_daily_product',
    per: 'day',
    keys: ['currency', 'day', 'product_id'],
    measures: OF_LINES,
    ordersBy: 'product',
  },
  {
    name: 'order_figures',
    per: 'day',
    keys: ['currency', 'day', 'customer_id', 'region_id'],
    measures: OF_CUSTOMERS,
    facts: true,
  },
  {
    name: 'line_figures',
    per: 'day',
    keys: ['currency', 'day', 'customer_id', 'product_id', 'region_id'],
    measures: [...OF_LINES, 'customers'],
    facts: true,
  },
]
