import type { Generated, GeneratedAlways } from 'kysely'
import type { EmploymentType } from '../model.ts'

/** `date` columns arrive as YYYY-MM-DD, `numeric` as text. */
export interface Tables {
  companies: CompanyTable
  departments: DepartmentTable
  employees: EmployeeTable
  employee_terms: EmployeeTermsTable
  staff_moves: StaffMovesTable
  projects: ProjectTable
  project_counts: { tenant: string; department_id: string; status: ProjectStatus; projects: number }
  timesheets: TimesheetTable
  timesheet_sums: TimesheetSumsTable
}

interface CompanyTable {
  tenant: string
  name: string
  headquarters: string
  time_zone: string
  currency: string
  fiscal_year_start_month: number
  hours_per_week: string
  founded_on: string
}

interface DepartmentTable {
  tenant: string
  id: string
  name: string
  head_id: string | null
  cost_center: string | null
  annual_budget_minor: number | null
  currency: string | null
}

interface EmployeeTable {
  tenant: string
  id: string
  first_name: string
  last_name: string
  name: GeneratedAlways<string>
  email: string
  role: string
  department_id: string
  location: string
  location_key: GeneratedAlways<string>
  manager_id: string | null
  employment_type: Generated<EmploymentType>
  hired_on: string
  left_on: string | null
  salary_band: string | null
}

interface EmployeeTermsTable {
  tenant: string
  employee_id: string
  field: 'name' | 'role' | 'email'
  term: string
  /** Of the employee. */
  name: string
}

interface StaffMovesTable {
  tenant: string
  grain: 'day' | 'month' | 'year'
  location: string
  department_id: string
  starts_on: string
  joined: number
  joined_days: number
  gone: number
  gone_days: number
}

type ProjectStatus = 'planned' | 'active' | 'on_hold' | 'completed'

interface ProjectTable {
  tenant: string
  id: string
  name: string
  department_id: string
  lead_id: string | null
  status: ProjectStatus
  starts_on: string
  ends_on: string | null
  budget_minor: number
  spent_minor: number
  currency: string
  budget_hours: number
}

interface TimesheetTable {
  tenant: string
  employee_id: string
  project_id: string
  worked_on: string
  hours: string
}

interface TimesheetSumsTable {
  tenant: string
  kind: 'company' | 'department' | 'project'
  key: string
  starts_on: string
  before: string
  people: number
  entries: number
  hundredths: number
}
