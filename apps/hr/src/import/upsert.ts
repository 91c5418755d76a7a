import { sql, type Transaction } from 'kysely'
import type { Tables } from '../store/tables.ts'

export interface Changes {
  /** Rows of the file. */
  rows: number
  added: number
  changed: number
}

export interface Upsert {
  table: 'departments' | 'employees'
  tenant: string
  /** Written, where the row is new or differs; the others keep what is on record. */
  columns: readonly string[]
}

const BATCH = 1000

/** Collects rows and writes a thousand at a time: one statement, one parameter. The key is (tenant, id). */
export class UpsertWriter {
  readonly #trx: Transaction<Tables>
  readonly #upsert: Upsert
  #pending: object[] = []
  readonly changes: Changes = { rows: 0, added: 0, changed: 0 }

  constructor(trx: Transaction<Tables>, upsert: Upsert) {
    this.#trx = trx
    this.#upsert = upsert
  }

  async write(row: object): Promise<void> {
    this.#pending.push(row)
    if (this.#pending.length >= BATCH) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.#pending.length === 0) return
    const batch = this.#pending
    this.#pending = []
    const { rows } = await statement(this.#upsert, batch).execute(this.#trx)
    const added = rows.filter((row) => row.added).length
    this.changes.rows += batch.length
    this.changes.added += added
    this.changes.changed += rows.length - added
  }
}

function statement({ table, tenant, columns }: Upsert, rows: readonly object[]) {
  const names = sql.join(columns.map((column) => sql.id(column)))
  const others = columns.filter((column) => column !== 'id')
  const before = sql.join(others.map((column) => sql.id(table, column)))
  const after = sql.join(others.map((column) => sql.id('excluded', column)))
  const set = sql.join(others.map((column) => sql`${sql.id(column)} = ${sql.id('excluded', column)}`))
  // A row that this statement has just inserted has no xmax.
  return sql<{ added: boolean }>`
    insert into ${sql.table(table)} (tenant, ${names})
    select ${tenant}, ${names}
    from jsonb_populate_recordset(${sql.raw(`null::${table}`)}, ${JSON.stringify(rows)}::jsonb)
    on conflict (tenant, id) do update set ${set} where (${before}) is distinct from (${after})
    returning (xmax = 0) as added`
}
