import type { Database } from '@atoll/database'
import { CompiledQuery, type KyselyPlugin } from 'kysely'

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
  await read({
    ...database,
    inTenant: (principal, run, options) =>
      database.inTenant(
        principal,
        async (trx) => {
          const executed: [Node, QueryId][] = []
          const result = await run(trx.withPlugin(recorder((...query) => executed.push(query))))
          const statements = executed.map(([node, id]) => trx.getExecutor().compileQuery(node, id))
          for (const { sql, parameters } of statements.filter((statement) => PLANNED.test(statement.sql))) {
            const { rows } = await trx.executeQuery<{ 'QUERY PLAN': string }>(
              CompiledQuery.raw(`explain (costs off) ${sql}`, [...parameters]),
            )
            planned.push({ sql, plan: rows.map((row) => row['QUERY PLAN']).join('\n') })
          }
          return result
        },
        options,
      ),
  })
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

const PLANNED = /^\s*(select|with|insert|update|delete)\b/i

type Node = Parameters<KyselyPlugin['transformQuery']>[0]['node']
type QueryId = Parameters<KyselyPlugin['transformQuery']>[0]['queryId']

/** Parts of a query pass through plugins as well: only what has a result was a statement. */
function recorder(record: (node: Node, id: QueryId) => void): KyselyPlugin {
  const nodes = new WeakMap<QueryId, Node>()
  return {
    transformQuery({ node, queryId }) {
      nodes.set(queryId, node)
      return node
    },
    async transformResult({ result, queryId }) {
      const node = nodes.get(queryId)
      if (node) record(node, queryId)
      return result
    },
  }
}
