import type { Key } from '../dimensions/catalogue.ts'
import type { Level } from '../metrics/measures.ts'

/** A table or view of figures. */
export interface Source {
  name: string
  /** The days a row sums up: one, those of a month, or all there are. */
  per: 'day' | 'month' | 'all'
  /** Columns that it has of dimensions. */
  keys: readonly Key[]
  level: Level
  /** Not sums but the sales themselves: a question to them reads the most. */
  facts?: true
}

/** Smallest first: the first that can answer a question does. */
export const SOURCES: readonly Source[] = [
  { name: 'sales_daily', per: 'day', keys: ['day'], level: 'order' },
  { name: 'sales_daily_category', per: 'day', keys: ['day', 'category'], level: 'line' },
  { name: 'sales_monthly_product', per: 'month', keys: ['product_id'], level: 'line' },
  { name: 'sales_daily_region', per: 'day', keys: ['day', 'region_id'], level: 'order' },
  { name: 'sales_customer', per: 'all', keys: ['customer_id'], level: 'order' },
  { name: 'sales_daily_product', per: 'day', keys: ['day', 'product_id'], level: 'line' },
  { name: 'sales_monthly_customer', per: 'month', keys: ['customer_id'], level: 'order' },
  {
    name: 'order_figures',
    per: 'day',
    keys: ['day', 'customer_id', 'region_id'],
    level: 'order',
    facts: true,
  },
  {
    name: 'line_figures',
    per: 'day',
    keys: ['day', 'customer_id', 'product_id', 'region_id'],
    level: 'line',
    facts: true,
  },
]
