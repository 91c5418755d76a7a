import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Columns } from '@atoll/csv-import'
import { type Cells, Problems, readCsv } from '@atoll/csv-import'
import { InvalidError } from '@atoll/errors'
import type { z } from 'zod'
import type { Refused } from './check-staged.ts'
import { CUSTOMER_DETAILS } from './customer-details.ts'
import { FILES, type FileName } from './files.ts'
import { CustomerRow, LineRow, OrderRow, ProductRow } from './rows.ts'
import type { Kind, Rows, Source } from './staging.ts'

export interface CsvFolder {
  directory: string
  signal: AbortSignal
  /** How much of a file has been read. */
  onBytes(file: FileName, read: number): void
  /** Something the person should know, such as a column that is not used. */
  onNotice(text: string): void
}

export interface CsvSources {
  sources: { readonly [K in Kind]: Source<Rows[K]> }
  problems: Problems
  refused: Refused
}

/** The four files of a folder as sources to load. */
export function csvSources({ directory, signal, onBytes, onNotice }: CsvFolder): CsvSources {
  const problems = new Problems(FILES)
  const refused: Record<Kind, Set<string> | 'unknown'> = {
    customers: new Set(),
    products: new Set(),
    orders: new Set(),
    order_lines: new Set(),
  }
  const read = <K extends Kind>(kind: K, key: string, schema: z.ZodType<Rows[K]>, columns: Columns) => {
    const file: FileName = `${kind}.csv`
    const known = [...columns.required, ...columns.optional]
    return readCsv({
      path: join(directory, file),
      file,
      schema,
      columns,
      problems,
      signal,
      onBytes: (bytes) => onBytes(file, bytes),
      onHeader(header) {
        const ignored = header.filter((column) => !known.includes(column))
        if (ignored.length > 0) onNotice(`${file}: columns not used: ${ignored.join(', ').slice(0, 300)}`)
      },
      onBad(cells: Cells | undefined) {
        const keys = refused[kind]
        const value = cells?.[key]?.trim()
        if (cells === undefined) refused[kind] = 'unknown'
        else if (keys !== 'unknown' && value && !value.includes('\0')) keys.add(value)
      },
    })
  }
  const sources = {
    customers: read('customers', 'customer_id', CustomerRow, CUSTOMERS),
    products: read('products', 'product_id', ProductRow, PRODUCTS),
    orders: read('orders', 'order_id', OrderRow, ORDERS),
    order_lines: read('order_lines', 'order_id', LineRow, LINES),
  }
  return { sources, problems, refused }
}

/** Bytes of each file of the folder. Throws InvalidError when one is missing. */
export async function sizesOf(directory: string): Promise<Record<FileName, number>> {
  const sizes = await Promise.all(
    FILES.map(async (file) => {
      const stats = await stat(join(directory, file)).catch(() => undefined)
      return [file, stats?.isFile() ? stats.size : undefined] as const
    }),
  )
  const missing = sizes.filter(([, size]) => size === undefined).map(([file]) => file)
  if (missing.length > 0) {
    throw new InvalidError(
      `There is no ${missing.join(', ')} in ${directory}. An import needs ${FILES.join(', ')}.`,
    )
  }
  // Every file has a size by now.
  return Object.fromEntries(sizes) as Record<FileName, number>
}

const CUSTOMERS: Columns = {
  required: ['customer_id', 'company_name'],
  optional: [...CUSTOMER_DETAILS, 'subject'],
}

const PRODUCTS: Columns = {
  required: ['product_id', 'product_name', 'unit_price'],
  optional: ['category_name', 'quantity_per_unit', 'units_in_stock', 'discontinued', 'currency'],
}

const ORDERS: Columns = {
  required: ['order_id', 'customer_id', 'order_date'],
  optional: [
    'status',
    'required_date',
    'shipped_date',
    'delivered_date',
    'carrier',
    'tracking_number',
    'freight',
    'currency',
    'ship_name',
    'ship_address',
    'ship_city',
    'ship_region',
    'ship_postal_code',
    'ship_country',
  ],
}

const LINES: Columns = {
  required: ['order_id', 'product_id', 'unit_price', 'quantity'],
  optional: ['line', 'discount'],
}
