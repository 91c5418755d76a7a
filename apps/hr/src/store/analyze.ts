import { sql, type Transaction } from 'kysely'
import type { Tables } from './tables.ts'

const FILLED = ['companies', 'departments', 'employees', 'employee_terms', 'projects', 'timesheets']

/** After filling many rows: without statistics the planner guesses, and some queries take seconds instead of milliseconds. */
export async function analyze(trx: Transaction<Tables>): Promise<void> {
  await sql`analyze ${sql.join(FILLED.map((table) => sql.table(table)))}`.execute(trx)
}
