import { join } from 'node:path'
import { createDatabase, type Database } from '@atoll/database'
import { keptPlans, plansOf, principal, type TestDatabase, testDatabase } from '@atoll/testing'
import { afterAll, beforeAll } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { EmployeeId, ProjectId } from '../../src/model.ts'
import type { Tables } from '../../src/store/tables.ts'
import { hrStore } from '../../src/store.ts'
import { signal } from '../company.ts'
import { seedBig } from '../seed/seed-big.ts'

/** Enough that reading their table whole never is the fastest way. */
const EMPLOYEES = 20_000
/** Tables with a row for each person, or for what people do; others are small at any size. */
const BIG = /employees|employee_terms|timesheets|timesheet_sums|staff_moves/

const alice = principal({ subject: 'alice', tenant: 'scale' })

let target: TestDatabase
let database: Database<Tables>
beforeAll(async () => {
  target = await testDatabase({ name: 'hr-plans', migrations })
  await seedBig(target.ownerUrl, '--employees', String(EMPLOYEES))
  database = createDatabase<Tables>({ url: target.appUrl, applicationName: 'hr-test' })
})
afterAll(async () => {
  await database?.close()
  await target?.close()
})

type Store = ReturnType<typeof hrStore>
const options = { signal }
const page = { sort: 'name', direction: 'asc', limit: 25 } as const
const employeeId = EmployeeId.parse('E1040')
const projectId = ProjectId.parse('P0007')
const hours = { from: '2026-02-01', to: '2026-03-10' }
const year = { from: '2024-02-03', to: '2024-10-17' }

const QUERIES: Record<string, (store: Store) => Promise<unknown>> = {
  'get-employee': (store) => store.employees.find(alice, employeeId, options),
  'get-org-chart': (store) => store.orgChart.around(alice, { employeeId, depth: 2, limit: 200 }, options),
  'get-org-chart-from-the-top': (store) => store.orgChart.around(alice, { depth: 10, limit: 200 }, options),
  'list-departments': (store) => store.departments.list(alice, options),
  'search-employees': (store) => store.employees.search(alice, page, options),
  'search-employees-next-page': (store) =>
    store.employees.search(alice, page, { ...options, after: ['Maria Garcia', 'E2000'] }),
  'search-employees-of-department': (store) =>
    store.employees.search(alice, { ...page, department: 'Engineering', status: 'active' }, options),
  'search-employees-at-location': (store) =>
    store.employees.search(alice, { ...page, location: 'Lisbon' }, options),
  'search-employees-by-manager': (store) =>
    store.employees.search(alice, { ...page, manager_id: employeeId }, options),
  'search-employees-by-words': (store) =>
    store.employees.search(alice, { ...page, text: 'maria gar' }, options),
  'search-employees-by-word': (store) => store.employees.search(alice, { ...page, text: 'maria' }, options),
  'search-employees-by-rare-word': (store) =>
    store.employees.search(alice, { ...page, text: '1234', sort: 'role' }, options),
  'search-employees-by-common-word': (store) =>
    store.employees.search(alice, { ...page, text: 'e', sort: 'role' }, options),
  'search-employees-by-email': (store) =>
    store.employees.search(alice, { ...page, text: 'maria.garcia@' }, options),
  'search-employees-newest': (store) =>
    store.employees.search(alice, { ...page, sort: 'hired_on', direction: 'desc' }, options),
  'headcount-summary': (store) => store.headcount.summary(alice, { by: 'department', ...year }, options),
  'headcount-summary-by-month': (store) =>
    store.headcount.summary(alice, { by: 'month', location: 'Berlin', ...year }, options),
  'timesheet-summary-of-employee': (store) =>
    store.timesheets.summary(alice, { by: 'week', employee_id: employeeId, limit: 100 }, options),
  'timesheet-summary-of-project': (store) =>
    store.timesheets.summary(alice, { by: 'month', project_id: projectId, limit: 100 }, options),
  'timesheet-summary-by-month': (store) =>
    store.timesheets.summary(alice, { by: 'month', ...hours, limit: 100 }, options),
  'timesheet-summary-by-project': (store) =>
    store.timesheets.summary(alice, { by: 'project', from: hours.from, limit: 100 }, options),
  'timesheet-summary-by-project-of-some-days': (store) =>
    store.timesheets.summary(alice, { by: 'project', from: '2026-01-15', limit: 100 }, options),
  'timesheet-summary-of-department': (store) =>
    store.timesheets.summary(alice, { by: 'week', department: 'Engineering', limit: 100 }, options),
}

keptPlans({
  directory: join(import.meta.dirname, '../../src/store/plans'),
  queries: QUERIES,
  plans: (ask) => plansOf(database, (explained) => ask(hrStore(explained))),
  big: BIG,
})
