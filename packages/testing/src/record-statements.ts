import type { Database } from '@atoll/database'
import type { CompiledQuery, KyselyPlugin, Transaction } from 'kysely'

/** Hears, within the caller's transaction and after its work, which statements were run. */
export type Heard<Schema> = (trx: Transaction<Schema>, statements: readonly CompiledQuery[]) => Promise<void>

/** The same database, which tells of each `inTenant` what it ran that reads or writes rows. */
export function recordStatements<Schema>(database: Database<Schema>, heard: Heard<Schema>): Database<Schema> {
  return {
    ...database,
    inTenant: (principal, run, options) =>
      database.inTenant(
        principal,
        async (trx) => {
          const executed: [Node, QueryId][] = []
          const result = await run(trx.withPlugin(recorder((...query) => executed.push(query))))
          const statements = executed.map(([node, id]) => trx.getExecutor().compileQuery(node, id))
          await heard(
            trx,
            statements.filter(({ sql }) => WITH_PLAN.test(sql)),
          )
          return result
        },
        options,
      ),
  }
}

const WITH_PLAN = /^\s*(select|with|insert|update|delete)\b/i

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
