import { seededRandom } from '@atoll/scale-data'
import type { Insertable } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { type EmployeeRecord, people } from './people.ts'
import type { CompanyPlan } from './plan.ts'
import { type ProjectRecord, projects } from './projects.ts'
import { type TimesheetRecord, timesheets } from './timesheets.ts'

export interface CompanyData {
  company: Insertable<Tables['companies']>
  departments: Insertable<Tables['departments']>[]
  employees: EmployeeRecord[]
  projects: ProjectRecord[]
  timesheets: TimesheetRecord[]
}

/** The same plan gives the same data, today and next year. */
export function generate(plan: CompanyPlan): CompanyData {
  const random = seededRandom(plan.seed)
  const employees = people(plan, random)
  const planned = projects(plan, employees, random)
  return {
    company: {
      tenant: plan.tenant,
      name: plan.name,
      headquarters: plan.headquarters,
      time_zone: plan.timeZone,
      currency: plan.currency,
      fiscal_year_start_month: plan.fiscalYearStartMonth,
      hours_per_week: String(plan.hoursPerWeek),
      founded_on: plan.foundedOn,
    },
    departments: plan.departments.map((department, index) => {
      const role = index === 0 ? plan.chiefExecutive : department.head
      return {
        tenant: plan.tenant,
        id: department.id,
        name: department.name,
        head_id:
          employees.find((one) => one.role === role && one.department_id === department.id)?.id ?? null,
        cost_center: department.costCenter,
        annual_budget_minor: department.annualBudget,
        currency: plan.currency,
      }
    }),
    employees,
    projects: planned,
    timesheets: timesheets(plan, employees, planned, random),
  }
}
