import type { Database } from '@atoll/database'
import { companyStore } from './store/company.ts'
import { departmentStore } from './store/departments.ts'
import { employeeStore } from './store/employees.ts'
import { headcountStore } from './store/headcount.ts'
import { orgChartStore } from './store/org-chart.ts'
import { queryStore } from './store/query.ts'
import { schemaStore } from './store/schema.ts'
import type { Tables } from './store/tables.ts'
import { timesheetStore } from './store/timesheets.ts'

/** All that HR reads. Every method takes the principal first and sees the rows of that tenant only. */
export function hrStore(database: Database<Tables>) {
  return {
    company: companyStore(database),
    departments: departmentStore(database),
    employees: employeeStore(database),
    headcount: headcountStore(database),
    orgChart: orgChartStore(database),
    query: queryStore(database),
    schema: schemaStore(database),
    timesheets: timesheetStore(database),
  }
}
