import { InsufficientScopeError } from '@atoll/errors'
import { alice, mallory, principal } from '@atoll/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acme } from '../../src/seed/acme.ts'
import { generate } from '../../src/seed/generate.ts'
import { globex } from '../../src/seed/globex.ts'
import { type Companies, companies, ownCompanies } from '../company.ts'

const data = generate(acme)
let hr: Companies
beforeAll(async () => {
  hr = await companies()
})
afterAll(() => hr?.close())

const call = (args: Record<string, unknown>, as = alice('hr:read')) =>
  hr.server.call('list_departments', args, { as })

test('lists all departments by name with head, headcount, projects and budget', async () => {
  const { structuredContent } = await call({})
  const departments: { id: string; name: string }[] = structuredContent.departments
  expect(departments).toHaveLength(12)
  expect(departments.map(({ name }) => name)).toEqual(
    acme.departments.map(({ name }) => name).sort((a, b) => a.localeCompare(b, 'en')),
  )
  const engineering = departments.find(({ id }) => id === 'engineering')
  const head = data.employees.find(({ role }) => role === 'VP Engineering')
  const members = data.employees.filter(
    ({ department_id, left_on }) => department_id === 'engineering' && left_on === null,
  )
  const active = data.projects.filter(
    ({ department_id, status }) => department_id === 'engineering' && status === 'active',
  )
  expect(engineering).toEqual({
    id: 'engineering',
    name: 'Engineering',
    head: { id: head?.id, name: `${head?.first_name} ${head?.last_name}` },
    headcount: members.length,
    active_projects: active.length,
    cost_center: 'CC-200',
    annual_budget: { amount: 1_400_000_000, currency: 'EUR' },
  })
})

test('refuses a caller without hr:read', async () => {
  await expect(call({}, alice('hr:compensation'))).rejects.toBeInstanceOf(InsufficientScopeError)
})

test('refuses arguments it does not have', async () => {
  const result = await call({ name: 'Engineering' })
  expect(result.isError).toBe(true)
  expect(result.content[0]?.text).toContain('name')
})

test('lists nothing where there is nothing', async () => {
  const newcomer = principal({ subject: 'alice', tenant: 'nobody', scopes: ['hr:read'] })
  expect((await call({}, newcomer)).structuredContent).toEqual({ departments: [] })
})

test('shows another tenant its own departments', async () => {
  const { structuredContent } = await call({}, mallory('hr:read'))
  const names = structuredContent.departments.map(({ name }: { name: string }) => name)
  expect(names.sort()).toEqual(globex.departments.map(({ name }) => name).sort())
})

test('counts active projects as they begin, end, and change departments', async () => {
  const own = await ownCompanies()
  const owner = new pg.Client({ connectionString: own.ownerUrl })
  await owner.connect()
  try {
    await owner.query(`select set_config('app.tenant', 'globex', false)`)
    await owner.query(`update projects set status = 'active', department_id = 'sales' where id < 'G004'`)
    await owner.query(`update projects set status = 'completed' where id = (select min(id) from projects)`)
    await owner.query(`delete from timesheets where project_id = (select max(id) from projects)`)
    await owner.query('delete from projects where id = (select max(id) from projects)')
    const { rows } = await owner.query(
      `select d.id, count(p.id) filter (where p.status = 'active')::int as active_projects
      from departments d left join projects p on p.department_id = d.id group by 1 order by 1`,
    )
    const { structuredContent } = await own.server.call('list_departments', {}, { as: mallory('hr:read') })
    const shown = structuredContent.departments.map(({ id, active_projects }: Active) => ({
      id,
      active_projects,
    }))
    expect(shown.sort((a: Active, b: Active) => (a.id < b.id ? -1 : 1))).toEqual(rows)
  } finally {
    await owner.end()
    await own.close()
  }
})

interface Active {
  id: string
  active_projects: number
}
