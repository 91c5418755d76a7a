import { afterAll, beforeAll, expect, test } from 'vitest'
import { caller, companies, signal } from '../company.ts'
let c: Awaited<ReturnType<typeof companies>>
beforeAll(async () => { const t = Date.now(); c = await companies(); console.log('setup', Date.now() - t) })
afterAll(() => c?.close())
const me = caller('acme')
let last = Date.now(); const show = (x: unknown) => { console.log(JSON.stringify(x).slice(0, 60), Date.now() - last); last = Date.now() }
test('try', async () => {
  show(await c.store.company.profile(me, { signal }))
  show(await c.store.departments.list(me, { signal }))
  show(await c.store.employees.find(me, 'E1300' as never, { signal }))
  show(await c.store.employees.find(caller('acme', 'hr:compensation'), 'E1300' as never, { signal }))
  show(await c.store.employees.search(me, { text: 'an', department: 'Engineering', role: 'engineer', location: 'berlin', status: 'active', hired_from: '2015-01-01', sort: 'hired_on', direction: 'desc', limit: 2 }, { signal }))
  show(await c.store.headcount.summary(me, { by: 'department', from: '2025-07-01', to: '2026-06-30' }, { signal }))
  show(await c.store.headcount.summary(me, { by: 'month', from: '2026-01-15', to: '2026-06-30' }, { signal }))
  show(await c.store.timesheets.summary(me, { by: 'month', limit: 100 }, { signal }))
  show(await c.store.timesheets.summary(me, { by: 'project', limit: 3 }, { signal }))
  show(await c.store.orgChart.around(me, { employeeId: 'E1300' as never, depth: 2, limit: 5 }, { signal }))
  show(await c.store.orgChart.around(me, { depth: 1, limit: 500 }, { signal }))
  show(await c.store.schema.describe(me, { signal }))
  show(await c.store.query.run(me, { table: 'employees', filters: [{ column: 'status', op: 'eq', value: 'active' }, { column: 'name', op: 'contains', value: 'a' }, { column: 'hired_on', op: 'between', value: ['2012-01-01', '2020-01-01'] }], group_by: ['department', { column: 'hired_on', by: 'year' }], aggregates: [{ fn: 'count' }, { fn: 'avg', column: 'tenure_years' }], sort: [{ column: 'count', direction: 'desc' }], limit: 3 }, { signal }))
})
