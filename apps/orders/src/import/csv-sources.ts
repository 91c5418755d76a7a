import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidError } from '@atoll/errors'
import type { Refused } from './check-staged.ts'
import { FILES, type FileName, Problems } from './problems.ts'
import { readCsv } from './read-csv.ts'
import { CustomerRow, LineRow, OrderRow, ProductRow } from './rows.ts'
import type { Kind, Rows, Source } from './staging.ts'

export interface CsvSources {
  sources: { readonly [K in Kind]: Source<Rows[K]> }
  problems: Problems
  refused: Refused
}

/** The four files of a folder as sources to load. Throws InvalidError when one is missing. */
export async function csvSources(
  directory: string,
  onBytes: (file: FileName, read: number) => void,
  signal: AbortSignal,
): Promise<CsvSources> {
  await assertPresent(directory)
  const problems = new Problems()
  const refused: Record<Kind, Set<string> | 'unknown'> = {
    customers: new Set(),
    products: new Set(),
    orders: new Set(),
    order_lines: new Set(),
  }
  const options = (kind: Kind, key: string) => {
    const file: FileName = `${kind}.csv`
    return {
      directory,
      file,
      problems,
      signal,
      onBytes: (read: number) => onBytes(file, read),
      onBad(cells: Readonly<Record<string, string>> | undefined) {
        const value = cells?.[key]?.trim()
        const keys = refused[kind]
        if (!value) refused[kind] = 'unknown'
        else if (keys !== 'unknown') keys.add(value)
      },
    }
  }
  return {
    problems,
    refused,
    sources: {
      customers: readCsv({
        ...options('customers', 'customer_id'),
        schema: CustomerRow,
        required: ['customer_id', 'company_name'],
      }),
      products: readCsv({
        ...options('products', 'product_id'),
        schema: ProductRow,
        required: ['product_id', 'product_name', 'unit_price'],
      }),
      orders: readCsv({
        ...options('orders', 'order_id'),
        schema: OrderRow,
        required: ['order_id', 'customer_id', 'order_date'],
      }),
      order_lines: readCsv({
        ...options('order_lines', 'order_id'),
        schema: LineRow,
        required: ['order_id', 'product_id', 'unit_price', 'quantity'],
      }),
    },
  }
}

async function assertPresent(directory: string): Promise<void> {
  const present = await Promise.all(
    FILES.map((file) =>
      access(join(directory, file)).then(
        () => true,
        () => false,
      ),
    ),
  )
  const missing = FILES.filter((_, index) => !present[index])
  if (missing.length === 0) return
  throw new InvalidError(
    `There is no readable ${missing.join(', ')} in ${directory}. An import needs ${FILES.join(', ')}.`,
  )
}
