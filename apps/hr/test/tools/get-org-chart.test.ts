import { InsufficientScopeError } from '@atoll/errors'
import { alice, mallory } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acme } from '../../src/seed/acme.ts'
import { generate } from '../../src/seed/generate.ts'
import { type Companies, ownCompanies } from '../company.ts'

interface Node {
  id: string
  name: string
  manager_id: string | null
  depth: number
  direct_reports: number
}

const staff = generate(acme).employees
const employed = staff.filter(({ left_on }) => left_on === null)
const head = employed.find(({ role }) => role === 'VP Engineering')?.id ?? ''
const reader = alice('hr:read')
let hr: Companies
beforeAll(async () => {
  hr = await ownCompanies()
})
afterAll(() => hr?.close())

const call = (args: Record<string, unknown>, as = reader) => hr.server.call('get_org_chart', args, { as })

test('shows everybody employed from the top down, each after their manager', async () => {
  const { structuredContent } = await call({ depth: 10, limit: 500 })
  const tree: Node[] = structuredContent.tree
  expect(structuredContent.chain).toEqual([])
  expect(structuredContent.truncated).toBe(false)
  expect(tree.map(({ id }) => id).sort()).toEqual(employed.map(({ id }) => id).sort())
  expect(tree.filter(({ depth }) => depth === 0).map(({ id }) => id)).toEqual(['E1001'])
  for (const [index, { manager_id, depth }] of tree.entries()) {
    if (depth === 0) continue
    const above = tree.slice(0, index).findLast((node) => node.depth === depth - 1)
    expect(above?.id).toBe(manager_id)
  }
})

test('shows the chain upward and a number of levels downward', async () => {
  const member = employed.find(
    ({ department_id, role }) => department_id === 'engineering' && role === 'Engineering Manager',
  )
  const { structuredContent } = await call({ employee_id: member?.id, depth: 1 })
  const directors = structuredContent.chain.map(({ id }: Node) => id)
  expect(directors).toEqual(['E1001', head, member?.manager_id])
  const [self, ...reports] = structuredContent.tree as Node[]
  const expected = employed.filter(({ manager_id }) => manager_id === member?.id)
  expect(self).toMatchObject({ id: member?.id, depth: 0, direct_reports: expected.length })
  expect(reports.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort())
  expect(reports.every(({ depth }) => depth === 1)).toBe(true)
})

test('shows only the person with depth 0', async () => {
  const { structuredContent } = await call({ employee_id: head, depth: 0 })
  expect(structuredContent.tree.map(({ id }: Node) => id)).toEqual([head])
})

test('keeps the nearest levels when there are too many people', async () => {
  const { structuredContent } = await call({ depth: 10, limit: 20 })
  expect(structuredContent.truncated).toBe(true)
  expect(structuredContent.tree).toHaveLength(20)
  expect(Math.max(...structuredContent.tree.map(({ depth }: Node) => depth))).toBe(2)
})

test('shows of any limit those nearest to the start, in the order of all', async () => {
  const all: Node[] = (await call({ depth: 10, limit: 500 })).structuredContent.tree
  const byLevel = all.toSorted((a, b) => a.depth - b.depth)
  for (const limit of [1, 2, 5, 12, 13, 14, 40, 100, all.length - 1, all.length]) {
    const { tree, truncated } = (await call({ depth: 10, limit })).structuredContent
    const nearest = new Set(byLevel.slice(0, limit))
    expect(tree).toEqual(all.filter((node) => nearest.has(node)))
    expect(truncated).toBe(limit < all.length)
  }
})

test('survives people who report to each other in a circle', async () => {
  const [a, b] = employed.filter(({ manager_id }) => manager_id === head)
  await hr.database.inTenant({ tenant: 'acme', subject: 'test' }, (trx) =>
    trx.updateTable('employees').set({ manager_id: b?.id }).where('id', '=', head).execute(),
  )
  const { structuredContent } = await call({ employee_id: head, depth: 10, limit: 500 })
  await hr.database.inTenant({ tenant: 'acme', subject: 'test' }, (trx) =>
    trx.updateTable('employees').set({ manager_id: 'E1001' }).where('id', '=', head).execute(),
  )
  const ids: string[] = structuredContent.tree.map(({ id }: Node) => id)
  expect(ids).toContain(a?.id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(structuredContent.chain.map(({ id }: Node) => id)).toEqual([b?.id])
})

test('refuses a caller without hr:read', async () => {
  await expect(call({}, alice())).rejects.toBeInstanceOf(InsufficientScopeError)
})

test('refuses a depth beyond ten and names the argument', async () => {
  const result = await call({ depth: 11 })
  expect(result.isError).toBe(true)
  expect(result.content[0]?.text).toContain('depth')
})

test('says that an employee does not exist', async () => {
  const result = await call({ employee_id: 'E9999' })
  expect(result.content[0]?.text).toBe('NOT_FOUND: There is no employee "E9999" that you can see.')
})

test('hides people of another tenant', async () => {
  const result = await call({ employee_id: head }, mallory('hr:read'))
  expect(result.content[0]?.text).toBe(`NOT_FOUND: There is no employee "${head}" that you can see.`)
  const theirs = await call({ depth: 10, limit: 500 }, mallory('hr:read'))
  for (const { id } of theirs.structuredContent.tree) expect(id).toMatch(/^G/)
})
