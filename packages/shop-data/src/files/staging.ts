import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Numbered } from '@atoll/csv-import'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { CustomerRow, LineRow, OrderRow, ProductRow } from './rows.ts'

export interface Rows {
  customers: CustomerRow
  products: ProductRow
  orders: OrderRow
  order_lines: LineRow
}
export type Kind = keyof Rows
export type Source<Row> = AsyncIterable<Numbered<Row>> | Iterable<Numbered<Row>>

type Columns<Row> = Readonly<Record<keyof Row, string>>

const ADDRESS = { city: 'text', region: 'text', postal_code: 'text', country: 'text' } as const

/** The temporary tables `staged_...`: a row's columns and their types, beside its line in the file (`at`). */
const STAGES: { readonly [K in Kind]: Columns<Rows[K]> } = {
  customers: {
    id: 'text',
    subject: 'text',
    name: 'text',
    contact_name: 'text',
    email: 'text',
    phone: 'text',
    address: 'text',
    ...ADDRESS,
  },
  products: {
    id: 'text',
    name: 'text',
    search_text: 'text',
    category: 'text',
    quantity_per_unit: 'text',
    unit_price_minor: 'bigint',
    currency: 'text',
    units_in_stock: 'integer',
    discontinued: 'boolean',
  },
  orders: {
    number: 'text',
    customer_id: 'text',
    status: 'text',
    ordered_on: 'date',
    required_on: 'date',
    shipped_on: 'date',
    delivered_on: 'date',
    carrier: 'text',
    tracking_number: 'text',
    ship_name: 'text',
    ship_address: 'text',
    ship_city: 'text',
    ship_region: 'text',
    ship_postal_code: 'text',
    ship_country: 'text',
    currency: 'text',
    minor_digits: 'integer',
    shipping_minor: 'bigint',
  },
  order_lines: {
    order_number: 'text',
    line: 'integer',
    product_id: 'text',
    unit_price: 'numeric',
    quantity: 'integer',
    discount_bp: 'integer',
  },
}

/**
 * The number of a row `l` of `staged_order_lines` in its order. Without numbers of their own, lines keep theirs however
 * the file is sorted.
 */
export const LINE_NUMBER = `coalesce(l.line, row_number() over (
  partition by l.order_number order by length(l.product_id), l.product_id))::integer`

/** COPY a source into its temporary table, which the end of the transaction drops. */
export async function stage<K extends Kind>(
  client: pg.ClientBase,
  kind: K,
  source: Source<Rows[K]>,
  signal: AbortSignal,
): Promise<void> {
  const columns = STAGES[kind]
  const names = Object.keys(columns) as (keyof Rows[K] & string)[]
  const types = names.map((name) => `${name} ${columns[name]}`)
  await client.query(`create temporary table staged_${kind} (at integer, ${types.join(', ')}) on commit drop`)
  const copy = client.query(copyFrom(`copy staged_${kind} (at, ${names.join(', ')}) from stdin`))
  await pipeline(Readable.from(chunks(source, names)), copy, { signal })
  await client.query(`analyze staged_${kind}`)
}

const CHUNK = 64 * 1024

async function* chunks<Row>(
  source: Source<Row>,
  names: readonly (keyof Row & string)[],
): AsyncGenerator<string> {
  let chunk = ''
  for await (const { line, row } of source) {
    chunk += `${line}\t${names.map((name) => copyText(row[name])).join('\t')}\n`
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** One value in the text format of COPY. */
function copyText(value: unknown): string {
  if (value === null || value === undefined) return '\\N'
  return String(value).replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character)
}
