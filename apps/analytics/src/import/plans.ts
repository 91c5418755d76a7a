import type { Upsert } from '@atoll/shop-data'

export const CUSTOMERS: Upsert = {
  table: 'customers',
  key: ['id'],
  columns: ['name'],
  from: 'staged_customers',
}

export const PRODUCTS: Upsert = {
  table: 'products',
  key: ['id'],
  columns: ['name', 'category'],
  from: 'staged_products',
}

export const SALES_ORDERS: Upsert = {
  table: 'sales_orders',
  key: ['number'],
  columns: [
    'day',
    'customer_id',
    'region_id',
    'currency',
    'cancelled',
    'shipping',
    'units',
    'gross',
    'revenue',
  ],
  from: 'staged_facts',
}

export const SALES: Upsert = {
  table: 'sales',
  key: ['order_number', 'line'],
  columns: [
    'day',
    'customer_id',
    'product_id',
    'region_id',
    'currency',
    'cancelled',
    'unit_price',
    'quantity',
    'discount_bp',
  ],
  from: 'staged_sales',
}
