import { sql, type Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** After filling tables: without statistics the planner guesses, and some queries take seconds instead of milliseconds. */
export async function analyze(trx: Transaction<Tables>, ...tables: (keyof Tables)[]): Promise<void> {
  await sql`analyze ${sql.join(tables.map((table) => sql.table(table)))}`.execute(trx)
}
