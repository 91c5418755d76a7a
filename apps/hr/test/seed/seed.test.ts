import { PassThrough } from 'node:stream'
import { createDatabase } from '@atoll/database'
import { alice, testDatabase } from '@atoll/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { server } from '../../src/server.ts'
import type { Tables } from '../../src/store/tables.ts'
import { signal } from '../company.ts'

test('seed fills both tenants once and keeps what was changed since', async () => {
  const { ownerUrl, appUrl, close } = await testDatabase({ name: 'hr-seed', migrations })
  const database = createDatabase<Tables>({ url: appUrl, applicationName: 'hr-test' })
  const run = async () => {
    const stdout = new PassThrough()
    const env = { DATABASE_OWNER_URL: ownerUrl }
    await server.commands.seed?.run({ args: [], env, stdout, stderr: new PassThrough(), signal })
    return String(stdout.read())
  }
  const counts = () =>
    database.inTenant(alice(), async (trx) => {
      const { rows } = await sql`select (select count(*) from employees) as employees,
        (select count(*) from departments) as departments, (select count(*) from projects) as projects,
        (select count(*) from timesheets) as timesheets`.execute(trx)
      return rows[0]
    })
  try {
    expect(await run()).toBe('Filled tenant acme\nFilled tenant globex\n')
    expect(await counts()).toEqual({ employees: 342, departments: 12, projects: 67, timesheets: 15_420 })
    await database.inTenant(alice(), (trx) =>
      trx.updateTable('employees').set({ role: 'Founder' }).where('id', '=', 'E1001').execute(),
    )
    expect(await run()).toBe('Tenant acme has data already\nTenant globex has data already\n')
    expect(await counts()).toEqual({ employees: 342, departments: 12, projects: 67, timesheets: 15_420 })
    const role = await database.inTenant(alice(), (trx) =>
      trx.selectFrom('employees').select('role').where('id', '=', 'E1001').executeTakeFirst(),
    )
    expect(role).toEqual({ role: 'Founder' })
  } finally {
    await database.close()
    await close()
  }
})
