import type { Problems } from '@atoll/csv-import'
import type { Transaction } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { Roster } from './roster.ts'

/** What is on record, as far as the rows of an import may refer to it. */
export async function readRoster(trx: Transaction<Tables>, problems: Problems): Promise<Roster> {
  const roster = new Roster()
  const departments = await trx.selectFrom('departments').select(['id', 'name']).execute()
  for (const { id, name } of departments) {
    roster.add('department', { id, unique: name, refersTo: {} }, problems)
  }
  const employees = await trx
    .selectFrom('employees')
    .select(['id', 'email', 'manager_id', 'left_on'])
    .execute()
  for (const { id, email, manager_id, left_on: leftOn } of employees) {
    const refersTo = { manager_id: { kind: 'employee', id: manager_id } } as const
    roster.add('employee', { id, unique: email, leftOn, refersTo }, problems)
  }
  return roster
}
