import type pg from 'pg'

export interface Changes {
  added: number
  changed: number
  unchanged: number
  removed: number
}

export interface Upsert {
  table: string
  key: readonly string[]
  columns: readonly string[]
  /** Rows to write: the key and the columns, in that order; `$1` is the tenant. */
  from: string
  /** Columns that don't simply take the new value. */
  keep?: Readonly<Record<string, string>>
}

/** Add new rows and change different ones of the tenant; rows that are the same stay untouched. */
export async function upsert(client: pg.ClientBase, tenant: string, plan: Upsert): Promise<Changes> {
  const { table, key, columns, from, keep = {} } = plan
  const values = columns.map((column) => keep[column] ?? `excluded.${column}`)
  const all = [...key, ...columns].join(', ')
  const { rows } = await client.query<{ added: number; changed: number; total: number }>(
    `with written as (
      insert into ${table} (tenant, ${all}) select $1, ${all} from ${from}
      on conflict (tenant, ${key.join(', ')}) do update
        set ${columns.map((column, index) => `${column} = ${values[index]}`).join(', ')}
        where (${columns.map((column) => `${table}.${column}`).join(', ')}) is distinct from (${values.join(', ')})
      -- A row that this statement inserted was never locked or deleted.
      returning (xmax = 0) as added
    )
    select count(*) filter (where added) as added, count(*) filter (where not added) as changed,
      (select count(*) from ${from}) as total
    from written`,
    [tenant],
  )
  const { added = 0, changed = 0, total = 0 } = rows[0] ?? {}
  return { added, changed, unchanged: total - added - changed, removed: 0 }
}
