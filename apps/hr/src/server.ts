import { migrateCommand } from '@atoll/database'
import { defineServer } from '@atoll/server-kit'
import { migrations } from '../migrations/index.ts'
import { hr } from './domain.ts'
import { importCommand } from './import/command.ts'
import { dataAnalyst } from './prompts/data-analyst.ts'
import { company } from './resources/company.ts'
import { employee } from './resources/employee.ts'
import { schema } from './resources/schema.ts'
import { seedCommand } from './seed/command.ts'
import { getEmployee } from './tools/get-employee.ts'
import { getOrgChart } from './tools/get-org-chart.ts'
import { headcountSummary } from './tools/headcount-summary.ts'
import { listDepartments } from './tools/list-departments.ts'
import { queryHrData } from './tools/query-hr-data.ts'
import { searchEmployees } from './tools/search-employees.ts'
import { timesheetSummary } from './tools/timesheet-summary.ts'

export const server = defineServer(hr, {
  instructions:
    'Employees, departments, projects and project hours of your company. Start with search_employees or ' +
    'list_departments to find ids; headcount_summary and timesheet_summary answer the usual questions about numbers; ' +
    'query_hr_data answers the rest, with the tables in schema://hr. Dates are YYYY-MM-DD. People who left stay on ' +
    'record: look at status.',
  tools: [
    searchEmployees,
    getEmployee,
    getOrgChart,
    listDepartments,
    headcountSummary,
    queryHrData,
    timesheetSummary,
  ],
  resources: [company, schema, employee],
  prompts: [dataAnalyst],
  commands: { migrate: migrateCommand(migrations), seed: seedCommand, import: importCommand },
})
