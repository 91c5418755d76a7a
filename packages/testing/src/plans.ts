import type { Database } from '@atoll/database'
import { CompiledQuery } from 'kysely'
import { recordStatements } from './record-statements.ts'

export interface Planned {
  sql: string
  /** As EXPLAIN shows it, without costs. */
  plan: string
}

/**
 * Run something that reads a database, and say how PostgreSQL would run each of its statements for this very caller:
 * under the app's role, with row-level security and the statement's own values.
 */
export async function plansOf<Schema>(
  database: Database<Schema>,
  read: (database: Database<Schema>) => Promise<unknown>,
): Promise<Planned[]> {
  const planned: Planned[] = []
  const explained = recordStatements(database, async (trx, statements) => {
    for (const { sql, parameters } of statements) {
      const { rows } = await trx.executeQuery<{ 'QUERY PLAN': string }>(
        CompiledQuery.raw(`explain (costs off) ${sql}`, [...parameters]),
      )
      planned.push({ sql, plan: rows.map((row) => row['QUERY PLAN']).join('\n') })
    }
  })
  await read(explained)
  return planned
}

/**
 * The indexes that a plan reads, and the tables that it reads whole, in order of their names. Unlike the rest of a
 * plan that hardly depends on the version of PostgreSQL.
 */
export function accessPaths(plan: string): string[] {
  const indexes = Array.from(
    plan.matchAll(/ using (\w+) on |Bitmap Index Scan on (\w+)/g),
    ([, a, b]) => a ?? b ?? '',
  )
  const tables = Array.from(plan.matchAll(/Seq Scan on (\w+)/g), ([, table]) => `all of ${table}`)
  return [...new Set([...indexes, ...tables])].sort()
}
