import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { build, type Row } from '../query/build.ts'
import { visibleTable } from '../query/catalogue.ts'
import type { QueryRequest } from '../query/request.ts'
import type { Tables } from './tables.ts'

export interface QueryResult {
  columns: string[]
  rows: Row[]
  truncated: boolean
}

/** Runs a caller's request over the allowed views. Throws InvalidError, naming what is allowed. */
export function queryStore(database: Database<Tables>) {
  return {
    async run(
      principal: Principal,
      request: QueryRequest,
      { signal }: { signal: AbortSignal },
    ): Promise<QueryResult> {
      const { columns, statement } = build(visibleTable(principal, request.table), request)
      const { rows } = await database.inTenant(principal, (trx) => statement.execute(trx), {
        signal,
        readOnly: true,
      })
      return { columns, rows: rows.slice(0, request.limit), truncated: rows.length > request.limit }
    },
  }
}
