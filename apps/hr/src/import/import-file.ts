import type { Columns, Problems } from '@atoll/csv-import'
import { readCsv } from '@atoll/csv-import'
import type { Transaction } from 'kysely'
import type { z } from 'zod'
import type { Tables } from '../store/tables.ts'
import { FILES, type Kind, type Member, type Roster } from './roster.ts'
import { type Changes, type Upsert, UpsertWriter } from './upsert.ts'

/** How the rows of one file become rows of one table. */
export interface Source<Row extends { id: string }> {
  kind: Kind
  schema: z.ZodType<Row>
  columns: Columns
  table: Upsert['table']
  /** Columns of the table that the known columns of a file fill. */
  fills(columns: readonly string[]): string[]
  member(row: Row): Omit<Member, 'line'>
  /** Why a row cannot replace what is on record. */
  contradiction?(row: Row, onRecord: Member): string | undefined
}

export interface FileJob {
  trx: Transaction<Tables>
  tenant: string
  path: string
  roster: Roster
  problems: Problems
  signal: AbortSignal
  onBytes(read: number): void
  onNotice(text: string): void
}

/** Read a file into its table and the roster. From the first bad row on it only checks: the transaction will fail. */
export async function importFile<Row extends { id: string }>(
  { kind, schema, columns, table, fills, member, contradiction }: Source<Row>,
  { trx, tenant, path, roster, problems, signal, onBytes, onNotice }: FileJob,
): Promise<Changes> {
  const file = FILES[kind]
  const known = [...columns.required, ...columns.optional]
  let writer: UpsertWriter | undefined
  const rows = readCsv({
    path,
    file,
    schema,
    columns,
    problems,
    signal,
    onBytes,
    onHeader(header) {
      const ignored = header.filter((column) => !known.includes(column))
      if (ignored.length > 0) onNotice(`${file}: columns not used: ${ignored.join(', ').slice(0, 300)}`)
      const used = fills(header.filter((column) => known.includes(column)))
      writer = new UpsertWriter(trx, { table, tenant, columns: used })
    },
    onBad: (cells) => roster.lose(kind, cells?.id?.trim()),
  })
  for await (const { line, row } of rows) {
    const onRecord = roster.get(kind, row.id)
    const reason = onRecord && contradiction?.(row, onRecord)
    if (reason !== undefined) problems.add(file, line, reason)
    const isNew = roster.add(kind, { ...member(row), line }, problems)
    if (isNew && problems.count === 0) await writer?.write(row)
  }
  if (problems.count === 0) await writer?.flush()
  return writer?.changes ?? { rows: 0, added: 0, changed: 0 }
}
