import { endWhenSilent } from '@atoll/database/end-when-silent'
import pg from 'pg'
import type { Delivered, Sink } from './sink.ts'

/** Columns of the table, what a record calls each, and its type. */
const COLUMNS = [
  ['seq', 'seq', 'bigint'],
  ['time', 'time', 'timestamptz'],
  ['event', 'event', 'text'],
  ['request_id', 'requestId', 'text'],
  ['trace_id', 'traceId', 'text'],
  ['subject', 'subject', 'text'],
  ['tenant', 'tenant', 'text'],
  ['client_id', 'clientId', 'text'],
  ['issuer', 'issuer', 'text'],
  ['actor', 'actor', 'text'],
  ['server', 'server', 'text'],
  ['kind', 'kind', 'text'],
  ['name', 'name', 'text'],
  ['decision', 'decision', 'text'],
  ['rule', 'rule', 'text'],
  ['outcome', 'outcome', 'text'],
  ['effect', 'effect', 'text'],
  ['data', 'data', 'text'],
  ['error_code', 'errorCode', 'text'],
  ['duration_ms', 'durationMs', 'double precision'],
  ['request_bytes', 'requestBytes', 'bigint'],
  ['result_bytes', 'resultBytes', 'bigint'],
] as const

// A conflict with no target named needs no right to read: what arrived before is passed over.
const INSERT = `
  insert into atoll_audit.record (writer, ${COLUMNS.map(([column]) => column).join(', ')}, line)
  select $1, * from unnest(${COLUMNS.map(([, , type], index) => `$${index + 2}::${type}[]`).join(', ')},
    $${COLUMNS.length + 2}::text[])
  on conflict do nothing`

const STATEMENT_TIMEOUT = 10_000

/** Rows of a PostgreSQL that `migrateAudit` prepared, under a role that may add and nothing else. */
export function postgresSink(url: string): Sink {
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    application_name: 'atoll-audit',
    connectionTimeoutMillis: 5000,
    statement_timeout: STATEMENT_TIMEOUT,
  })
  // The statement that runs reports a lost connection itself.
  pool.on('error', () => {})
  pool.on('connect', (client) => endWhenSilent(client, STATEMENT_TIMEOUT))
  return {
    name: 'postgres',
    async last(writer) {
      const { rows } = await pool.query<{ last: string }>('select atoll_audit.last_seq($1) as last', [writer])
      return Number(rows[0]?.last ?? 0)
    },
    async send(writer, records) {
      await pool.query(INSERT, [writer, ...columnsOf(records), records.map(({ line }) => line)])
    },
    close: () => pool.end(),
  }
}

function columnsOf(records: readonly Delivered[]): unknown[][] {
  const parsed = records.map(({ line }) => JSON.parse(line) as Record<string, unknown>)
  return COLUMNS.map(([, key]) => parsed.map((record) => storable(record[key])))
}

/** PostgreSQL's text holds no NUL; the record itself, in `line`, has it escaped. */
function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '') : (value ?? null)
}
