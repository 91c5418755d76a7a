import { InsufficientScopeError } from '@atoll/errors'
import { alice, mallory } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Companies, companies } from '../company.ts'

let hr: Companies
beforeAll(async () => {
  hr = await companies()
})
afterAll(() => hr?.close())

test('answers an employee with names beside ids', async () => {
  const result = await hr.server.call('get_employee', { id: 'E1002' }, { as: alice('hr:read') })
  expect(result.structuredContent.employee).toEqual({
    id: 'E1002',
    name: 'Ethan Almeida',
    email: 'ethan.almeida@acme.example',
    role: 'Chief People Officer',
    department: { id: 'people', name: 'People and Culture' },
    location: 'Berlin',
    manager: { id: 'E1001', name: 'Ingrid Das' },
    employment_type: 'full_time',
    status: 'active',
    hired_on: '2012-06-06',
    left_on: null,
    tenure_years: expect.any(Number),
  })
})

test('shows the salary band with hr:compensation, and has no such field without', async () => {
  const withPay = await hr.server.call(
    'get_employee',
    { id: 'E1002' },
    { as: alice('hr:read', 'hr:compensation') },
  )
  expect(withPay.structuredContent.employee.salary_band).toBe('B08')
  const without = await hr.server.call('get_employee', { id: 'E1002' }, { as: alice('hr:read') })
  expect(without.structuredContent.employee).not.toHaveProperty('salary_band')
  expect(JSON.stringify(without)).not.toContain('B08')
})

test('refuses a caller without hr:read', async () => {
  const call = hr.server.call('get_employee', { id: 'E1002' }, { as: alice('hr:compensation') })
  await expect(call).rejects.toBeInstanceOf(InsufficientScopeError)
})

test('says what an id looks like', async () => {
  const result = await hr.server.call('get_employee', { id: 'E 1002' }, { as: alice('hr:read') })
  expect(result.isError).toBe(true)
  expect(result.content[0]?.text).toContain('id: must be 1 to 64 letters, digits')
})

test('says that an employee does not exist', async () => {
  const result = await hr.server.call('get_employee', { id: 'E9999' }, { as: alice('hr:read') })
  expect(result.isError).toBe(true)
  expect(result.content[0]?.text).toBe('NOT_FOUND: There is no employee "E9999" that you can see.')
})

test('hides employees of another tenant', async () => {
  const result = await hr.server.call('get_employee', { id: 'E1002' }, { as: mallory('hr:read') })
  expect(result.content[0]?.text).toBe('NOT_FOUND: There is no employee "E1002" that you can see.')
})
