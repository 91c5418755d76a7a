import { endWhenSilent } from '@atoll/database/end-when-silent'
import { UnavailableError } from '@atoll/errors'
import pg from 'pg'
import { type AuditEntry, type AuditPage, type AuditQuery, limitOf } from './audit-query.ts'
import { isoOf } from './matching.ts'
import { cursorOf, placeOf } from './place.ts'

/** A search of the records in a PostgreSQL, as a role that may read them. */
export interface DatabaseSearch {
  /** Throws InvalidError for a cursor that is none, UnavailableError when the database does not answer. */
  search(query: AuditQuery): Promise<AuditPage>
  close(): Promise<void>
}

/** Milliseconds. */
const STATEMENT_TIMEOUT = 30_000

export function databaseSearch(url: string): DatabaseSearch {
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    application_name: 'atoll-audit-search',
    connectionTimeoutMillis: 5000,
    statement_timeout: STATEMENT_TIMEOUT,
  })
  pool.on('error', () => {})
  pool.on('connect', (client) => endWhenSilent(client, STATEMENT_TIMEOUT))
  return {
    async search(query) {
      const limit = limitOf(query)
      const { text, values } = statementOf(query, limit)
      const { rows } = await pool.query<Row>(text, values).catch((cause) => {
        throw new UnavailableError(
          'The database of the audit does not answer, or this role may not read it.',
          { cause },
        )
      })
      const entries = rows.slice(0, limit).map(entryOf)
      const last = entries.at(-1)
      return { entries, ...(rows.length > limit && last && { cursor: cursorOf(last) }) }
    },
    close: () => pool.end(),
  }
}

interface Row {
  writer: string
  line: string
}

function statementOf(query: AuditQuery, limit: number): { text: string; values: unknown[] } {
  const { subject, tenant, issuer, tool, outcome, since, until, cursor } = query
  const values: unknown[] = []
  const conditions = ["event = 'call'"]
  const add = (condition: (parameter: string) => string, value: unknown) => {
    if (value === undefined) return
    values.push(value)
    conditions.push(condition(`$${values.length}`))
  }
  add((parameter) => `subject = ${parameter}`, subject)
  add((parameter) => `tenant = ${parameter}`, tenant)
  add((parameter) => `issuer = ${parameter}`, issuer)
  add((parameter) => `name = ${parameter}`, tool)
  add((parameter) => `outcome = ${parameter}`, outcome)
  add((parameter) => `time >= ${parameter}`, isoOf(since))
  add((parameter) => `time < ${parameter}`, isoOf(until))
  if (cursor !== undefined) {
    const { time, writer, seq } = placeOf(cursor)
    values.push(time, writer, seq)
    const [a, b, c] = [values.length - 2, values.length - 1, values.length]
    conditions.push(`(time, writer, seq) < ($${a}, $${b}, $${c})`)
  }
  values.push(limit + 1)
  const text = `select writer, line from atoll_audit.record where ${conditions.join(' and ')}
    order by time desc, writer desc, seq desc limit $${values.length}`
  return { text, values }
}

function entryOf({ writer, line }: Row): AuditEntry {
  const { prev: _prev, hash: _hash, signature: _signature, ...entry } = JSON.parse(line)
  return { ...entry, writer }
}
