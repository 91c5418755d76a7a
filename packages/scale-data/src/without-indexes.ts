import type pg from 'pg'
import type { Step } from './fill-tenant.ts'

interface Part {
  table: string
  name: string
  definition: string
  kind: 'index' | 'key' | 'reference'
}

/**
 * Run something without the indexes and foreign keys of these tables, and without their triggers, then make all of
 * them again, keys first: building an index over many rows costs far less than keeping it up to date with each.
 * Takes ACCESS EXCLUSIVE locks, which the end of the transaction frees.
 */
export async function withoutIndexes(
  client: pg.ClientBase,
  tables: readonly string[],
  run: () => Promise<void>,
  step: Step,
): Promise<void> {
  const parts = await partsOf(client, tables)
  for (const part of parts.toReversed()) await drop(client, part)
  for (const table of tables) await client.query(`alter table ${table} disable trigger user`)
  await run()
  for (const table of tables) await client.query(`alter table ${table} enable trigger user`)
  let made = 0
  for (const part of parts) {
    // Foreign keys are checked by a join, which is planned by statistics.
    if (part.kind === 'reference' && parts[made - 1]?.kind !== 'reference') {
      step(made / parts.length, 'statistics')
      await client.query(`analyze ${tables.join(', ')}`)
    }
    step(made / parts.length, part.name)
    await make(client, part)
    made += 1
  }
  if (!parts.some(({ kind }) => kind === 'reference')) await client.query(`analyze ${tables.join(', ')}`)
}

/** In the order in which they can be made: references need the keys that they refer to. */
async function partsOf(client: pg.ClientBase, tables: readonly string[]): Promise<Part[]> {
  const { rows } = await client.query<Part>(
    `with tables as (select unnest($1::regclass[]) as oid)
    select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as name,
      pg_get_indexdef(i.indexrelid) as definition, 'index' as kind, 1 as place
    from pg_index i
    where i.indrelid in (table tables)
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
    union all
    select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid),
      case contype when 'f' then 'reference' else 'key' end, case contype when 'f' then 2 else 0 end
    from pg_constraint
    where contype in ('p', 'u') and conrelid in (table tables)
      or contype = 'f' and (conrelid in (table tables) or confrelid in (table tables))
    order by place, name`,
    [tables],
  )
  return rows
}

async function drop(client: pg.ClientBase, { table, name, kind }: Part): Promise<void> {
  await client.query(kind === 'index' ? `drop index ${name}` : `alter table ${table} drop constraint ${name}`)
}

async function make(client: pg.ClientBase, { table, name, definition, kind }: Part): Promise<void> {
  await client.query(
    kind === 'index' ? definition : `alter table ${table} add constraint ${name} ${definition}`,
  )
}
