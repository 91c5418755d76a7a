import { PGlite } from '@electric-sql/pglite'
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { vector } from '@electric-sql/pglite-pgvector'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { migrations } from '../../migrations/index.ts'
import type { VectorDatabase, VectorTables } from '../../src/vectors/tables.ts'

export interface PgliteDatabase {
  pglite: PGlite
  database: VectorDatabase
  close(): Promise<void>
}

const GRANTS = `
  create role app;
  grant usage on schema public to app;
  grant select, insert, update, delete on all tables in schema public to app;
  grant usage, select on all sequences in schema public to app;`

/** The app's tables in a PostgreSQL with pgvector inside this process, seen by the app's role. */
export async function pgliteDatabase(): Promise<PgliteDatabase> {
  const pglite = await PGlite.create({ extensions: { vector, pg_trgm, btree_gin } })
  for (const { up } of Object.values(migrations)) await pglite.exec(up)
  await pglite.exec(GRANTS)
  const kysely = new Kysely<VectorTables>({ dialect: new PGliteDialect({ pglite }) })
  return {
    pglite,
    database: {
      async inTenant({ tenant, subject }, run, { signal } = {}) {
        signal?.throwIfAborted()
        return await kysely.transaction().execute(async (trx) => {
          await sql`set local role app`.execute(trx)
          await sql`select set_config('app.tenant', ${tenant}, true), set_config('app.subject', ${subject}, true),
            set_config('app.scopes', '', true), set_config('app.roles', '[]', true)`.execute(trx)
          return await run(trx)
        })
      },
    },
    close: () => kysely.destroy(),
  }
}
