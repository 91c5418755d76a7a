import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

/** Rows of COPY's text format. */
export function* textRows(rows: Iterable<readonly (string | number)[]>): Generator<string> {
  for (const row of rows) yield `${row.map(escaped).join('\t')}\n`
}

export async function copyRows(
  client: pg.ClientBase,
  table: string,
  rows: Iterable<string | Buffer>,
  format: 'text' | 'binary' = 'text',
): Promise<void> {
  const copy = client.query(copyFrom(`copy ${table} from stdin (format ${format})`))
  await pipeline(Readable.from(rows, { objectMode: false }), copy)
}

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const REAL = 700

/** Rows (text, integer, real[]) of COPY's binary format. */
export function* vectorRows(
  places: Iterable<{ id: string; position: number }>,
  vector: () => Float32Array,
): Generator<Buffer> {
  yield SIGNATURE
  for (const { id, position } of places) {
    yield vectorRow(id, position, vector())
  }
  yield Buffer.from([0xff, 0xff])
}

function vectorRow(id: string, position: number, vector: Float32Array): Buffer {
  const array = 20 + vector.length * 8
  const row = Buffer.alloc(2 + 4 + id.length + 8 + 4 + array)
  let at = row.writeInt16BE(3, 0)
  const int = (value: number) => {
    at = row.writeInt32BE(value, at)
  }
  int(id.length)
  at += row.write(id, at, 'latin1')
  int(4)
  int(position)
  int(array)
  // One dimension, no nulls, the type, and how long from which index on.
  for (const value of [1, 0, REAL, vector.length, 1]) int(value)
  for (const value of vector) {
    int(4)
    at = row.writeFloatBE(value, at)
  }
  return row
}

function escaped(value: string | number): string {
  return String(value).replace(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? found)
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
