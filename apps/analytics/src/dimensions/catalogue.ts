import type { Level } from '../metrics/measures.ts'

/** What a source of figures may have a column of. */
export type Key = 'currency' | 'customer_id' | 'product_id' | 'category' | 'region_id' | 'day'

export interface Dimension {
  title: string
  description: string
  level: Level
  /** The source's column that it follows from. */
  key: Key
  /** The dimension table that is joined by the key, where the key is not enough. */
  table?: { name: 'regions' | 'dates' | 'products'; on: string }
  /** SQL of its value. */
  value: string
  type: 'text' | 'integer'
  /** The table that has a name for each value; answers then have a column `..._name`, and filters take either. */
  names?: 'customers' | 'products'
}

/** What figures can be grouped and filtered by, beside the time. */
export const DIMENSIONS = {
  currency: {
    title: 'Currency',
    description: 'ISO 4217 code of the order',
    level: 'order',
    key: 'currency',
    value: 's.currency',
    type: 'text',
  },
  country: {
    title: 'Country',
    description: 'Country the order was sent to',
    level: 'order',
    key: 'region_id',
    table: { name: 'regions', on: 'id' },
    value: 'regions.country',
    type: 'text',
  },
  region: {
    title: 'Region',
    description: 'State or province the order was sent to; often empty',
    level: 'order',
    key: 'region_id',
    table: { name: 'regions', on: 'id' },
    value: 'regions.region',
    type: 'text',
  },
  city: {
    title: 'City',
    description: 'City the order was sent to',
    level: 'order',
    key: 'region_id',
    table: { name: 'regions', on: 'id' },
    value: 'regions.city',
    type: 'text',
  },
  customer: {
    title: 'Customer',
    description: 'Customer code such as QUICK; filters take the name too',
    level: 'order',
    key: 'customer_id',
    value: 's.customer_id',
    type: 'text',
    names: 'customers',
  },
  weekday: {
    title: 'Day of the week',
    description: '1 is Monday, 7 is Sunday',
    level: 'order',
    key: 'day',
    table: { name: 'dates', on: 'day' },
    value: 'dates.weekday',
    type: 'integer',
  },
  category: {
    title: 'Product category',
    description: 'Category of the product',
    level: 'line',
    key: 'product_id',
    table: { name: 'products', on: 'id' },
    value: 'products.category',
    type: 'text',
  },
  product: {
    title: 'Product',
    description: 'Product id; filters take the name too',
    level: 'line',
    key: 'product_id',
    value: 's.product_id',
    type: 'text',
    names: 'products',
  },
} as const satisfies Readonly<Record<string, Dimension>>

export type DimensionName = keyof typeof DIMENSIONS

export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as DimensionName[]

export function dimension(name: DimensionName): Dimension {
  return DIMENSIONS[name]
}
