import { contractSuite } from '@atoll/testing'
import { server } from '../src/server.ts'
import { companies } from './company.ts'

contractSuite({
  server,
  examples: {
    search_employees: { text: 'engineer', limit: 3 },
    get_employee: { id: 'E1001' },
    get_org_chart: { employee_id: 'E1001', depth: 1 },
    list_departments: {},
    headcount_summary: { by: 'location' },
    query_hr_data: { table: 'projects', columns: ['name', 'budget_minor'] },
    timesheet_summary: { by: 'month' },
  },
  owner: { subject: 'alice', scopes: ['hr:read', 'hr:compensation'] },
  secrets: ['Ingrid Das', 'ingrid.das@acme.example', 'Gripper Mark IV', '15420', 'Acme Robotics'],
  async start() {
    const { store, cursors, close } = await companies()
    return { deps: { ...store, cursors }, close }
  },
})
