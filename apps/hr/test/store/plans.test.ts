import { alice } from '@atoll/testing'
import { sql, type Transaction } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SearchFilters, searchConditions } from '../../src/store/search-conditions.ts'
import type { Tables } from '../../src/store/tables.ts'
import { type Companies, companies } from '../company.ts'

let hr: Companies
beforeAll(async () => {
  hr = await companies()
})
afterAll(() => hr?.close())

/** The plan PostgreSQL would choose for a table too big to read whole. */
async function plan(explain: (trx: Transaction<Tables>) => Promise<{ rows: unknown[] }>): Promise<string> {
  return await hr.database.inTenant(alice(), async (trx) => {
    await sql`set local enable_seqscan = off`.execute(trx)
    const { rows } = await explain(trx)
    return rows.map((row) => Object.values(row as object).join()).join('\n')
  })
}

const searching = (filters: SearchFilters) =>
  plan((trx) =>
    sql`explain select e.id from employees e where ${sql.join(searchConditions(filters), sql` and `)}`.execute(
      trx,
    ),
  )

test.each<[SearchFilters, RegExp]>([
  [
    { text: 'ingrid.das@' },
    /employees_email_once.*\n.*Index Cond: \(\(tenant = .*\) AND \(email >= .*\) AND \(email < /,
  ],
  [{ location: 'Berlin' }, /employees_by_location.*\n.*Index Cond: \(\(tenant = .*\) AND \(location_key = /],
  [
    { manager_id: 'E1001' as never },
    /employees_by_manager.*\n.*Index Cond: \(\(tenant = .*\) AND \(\(manager_id\)::text = /,
  ],
  [
    { department: 'sales' },
    /employees_by_department.*\n.*Index Cond: \(\(tenant = .*\) AND \(\(department_id\)::text = /,
  ],
  [{ hired_from: '2026-01-01' }, /employees_by_hire.*\n.*Index Cond: \(\(tenant = .*\) AND \(hired_on >= /],
])('searching by %j uses an index under row-level security', async (filters, index) => {
  expect(await searching(filters)).toMatch(index)
})

test.each(['name', 'hired_on', 'role'])(
  'a page sorted by %s starts in an index where the last one ended',
  async (sort) => {
    const text = await plan((trx) =>
      sql`explain select id from employees where (${sql.ref(sort)}, id) > ('2020-01-01', 'E1')
      order by ${sql.ref(sort)}, id limit 25`.execute(trx),
    )
    expect(text).toMatch(/Index Cond: \(\(tenant = .*\) AND \(ROW\(/)
    expect(text).not.toContain('Sort')
  },
)

test('hours of a project in a period come from an index alone', async () => {
  const text = await plan((trx) =>
    sql`explain select sum(hours) from timesheets where project_id = 'P002' and worked_on >= '2026-03-01'`.execute(
      trx,
    ),
  )
  expect(text).toMatch(/Index Cond: \(\(tenant = .*project_id.*worked_on >= /)
})
