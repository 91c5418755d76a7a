import { InsufficientScopeError } from '@atoll/errors'
import { alice, mallory, principal } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acme } from '../../src/seed/acme.ts'
import { generate } from '../../src/seed/generate.ts'
import { globex } from '../../src/seed/globex.ts'
import { type Companies, companies } from '../company.ts'

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
