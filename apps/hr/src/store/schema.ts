import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { sql, type Transaction } from 'kysely'
import { type QueryTable, visibleTables } from '../query/catalogue.ts'
import type { Options } from './employees.ts'
import type { Tables } from './tables.ts'

export interface DescribedTable {
  name: string
  description: string
  /** Of the caller's company. */
  rows: number
  columns: { name: string; type: string; description: string }[]
}

export function schemaStore(database: Database<Tables>) {
  return {
    /** What query_hr_data can read for this caller, as the live database has it. */
    async describe(principal: Principal, { signal }: Options): Promise<DescribedTable[]> {
      const tables = visibleTables(principal)
      return await database.inTenant(
        principal,
        async (trx) => {
          const [columns, rows] = [await liveColumns(trx, tables), await rowCounts(trx, tables)]
          return tables.map(({ name, view, columns: visible }) => ({
            name,
            description: columns.find((column) => column.view === view)?.about ?? '',
            rows: rows.get(name) ?? 0,
            columns: columns
              .filter((column) => column.view === view && Object.hasOwn(visible, column.name))
              .map(({ name, type, description }) => ({ name, type, description })),
          }))
        },
        { signal, readOnly: true },
      )
    },
  }
}

interface LiveColumn {
  view: string
  about: string
  name: string
  type: string
  description: string
}

async function liveColumns(trx: Transaction<Tables>, tables: readonly QueryTable[]): Promise<LiveColumn[]> {
  const { rows } = await sql<LiveColumn>`
    select c.table_name as view, obj_description(v.oid, 'pg_class') as about, c.column_name as name,
      c.data_type as type, col_description(v.oid, c.ordinal_position::int) as description
    from information_schema.columns c
    join pg_class v on v.relname = c.table_name and v.relnamespace = to_regnamespace(c.table_schema)
    where c.table_schema = 'public' and c.table_name in (${sql.join(tables.map(({ view }) => view))})
    order by c.table_name, c.ordinal_position`.execute(trx)
  return rows
}

async function rowCounts(
  trx: Transaction<Tables>,
  tables: readonly QueryTable[],
): Promise<Map<string, number>> {
  const counts = tables.map(
    ({ name, view }) => sql`select ${name} as name, count(*) as rows from ${sql.table(view)}`,
  )
  const { rows } = await sql<{ name: string; rows: number }>`${sql.join(counts, sql` union all `)}`.execute(
    trx,
  )
  return new Map(rows.map((row) => [row.name, row.rows]))
}
