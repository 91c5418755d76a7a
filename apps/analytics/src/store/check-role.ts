import type { Database } from '@atoll/database'
import { UnavailableError } from '@atoll/errors'
import { sql } from 'kysely'
import type { Tables } from './tables.ts'

/** Rejects with UnavailableError while the role of the app could do more to a table than read it. */
export async function checkRole(
  { kysely }: Pick<Database<Tables>, 'kysely'>,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const { rows } = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
      and has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
    order by 1 limit 1`.execute(kysely)
  if (rows[0]) {
    throw new UnavailableError(
      `The database role may change ${rows[0].name}: run the command migrate, which leaves it SELECT alone.`,
    )
  }
}
