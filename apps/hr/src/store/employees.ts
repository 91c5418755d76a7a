import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import type { Position } from '@atoll/server-kit'
import type { Employee, EmployeeId } from '../model.ts'
import { selectEmployees, toEmployee } from './employee-row.ts'
import { type EmployeePage, type Search, searchEmployees } from './search.ts'
import type { Tables } from './tables.ts'

export interface Options {
  signal: AbortSignal
}

/** Employees as the caller may see them: pay only with hr:compensation. */
export function employeeStore(database: Database<Tables>) {
  return {
    async find(principal: Principal, id: EmployeeId, { signal }: Options): Promise<Employee | undefined> {
      const row = await database.inTenant(
        principal,
        (trx) => selectEmployees(trx, principal).where('e.id', '=', id).executeTakeFirst(),
        { signal, readOnly: true },
      )
      return row && toEmployee(row)
    },

    /** The first page, or the one after a position. Throws NotFoundError for an unknown department or manager. */
    async search(
      principal: Principal,
      search: Search,
      { signal, after }: Options & { after?: Position | undefined },
    ): Promise<EmployeePage> {
      return await database.inTenant(principal, (trx) => searchEmployees(trx, principal, search, after), {
        signal,
        readOnly: true,
      })
    },

    /** Ids that begin with the text, in order. */
    async idsFrom(
      principal: Principal,
      prefix: string,
      limit: number,
      { signal }: Options,
    ): Promise<string[]> {
      const rows = await database.inTenant(
        principal,
        (trx) =>
          trx
            .selectFrom('employees')
            .select('id')
            .where('id', '>=', prefix)
            .where('id', '<', `${prefix}\u{10FFFF}`)
            .orderBy('id')
            .limit(limit)
            .execute(),
        { signal, readOnly: true },
      )
      return rows.map(({ id }) => id)
    },
  }
}
