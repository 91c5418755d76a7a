import { sql, type Transaction } from 'kysely'
import { analyze } from '../store/analyze.ts'
import type { Tables } from '../store/tables.ts'
import type { CompanyData } from './generate.ts'

/** Insert a company's rows. The transaction must name its tenant. */
export async function write(trx: Transaction<Tables>, data: CompanyData): Promise<void> {
  await insert(trx, 'companies', [data.company])
  await insert(trx, 'departments', data.departments)
  await insert(trx, 'employees', data.employees)
  await insert(trx, 'projects', data.projects)
  // The foreign keys of timesheets are checked with the plans that these statistics give.
  await analyze(trx, 'companies', 'departments', 'employees', 'employee_terms', 'projects')
  await insert(trx, 'timesheets', data.timesheets)
  await analyze(trx, 'timesheets')
}

/** One statement and one parameter, however many rows there are. */
async function insert(trx: Transaction<Tables>, table: keyof Tables, rows: readonly object[]): Promise<void> {
  const columns = sql.join(Object.keys(rows[0] ?? {}).map((column) => sql.id(column)))
  const type = sql.raw(`null::${table}`)
  await sql`insert into ${sql.table(table)} (${columns})
    select ${columns} from jsonb_populate_recordset(${type}, ${JSON.stringify(rows)}::jsonb)`.execute(trx)
}
