import type { Random } from '@atoll/scale-data'
import type { Insertable } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { fromDay, toDay, workday } from './days.ts'
import type { EmployeeRecord } from './people.ts'
import type { CompanyPlan } from './plan.ts'
import type { ProjectRecord } from './projects.ts'

export type TimesheetRecord = Insertable<Tables['timesheets']>

const HOURS = [2, 3, 4, 4, 6, 7.5, 7.5, 8, 8] as const

/** Exactly the planned number of rows: days of work on projects, people with more project time more often. */
export function timesheets(
  plan: CompanyPlan,
  staff: readonly EmployeeRecord[],
  projects: readonly ProjectRecord[],
  random: Random,
): TimesheetRecord[] {
  const drawn = staff.flatMap((employee) => candidates(plan, employee, projects, random))
  if (drawn.length < plan.timesheetRows) {
    throw new RangeError(`The plan of ${plan.tenant} allows only ${drawn.length} timesheet rows`)
  }
  return drawn
    .sort((a, b) => b.draw - a.draw)
    .slice(0, plan.timesheetRows)
    .sort((a, b) => a.day - b.day || (a.employee_id < b.employee_id ? -1 : 1))
    .map(({ employee_id, project_id, day, hours }) => ({
      tenant: plan.tenant,
      employee_id,
      project_id,
      worked_on: fromDay(day),
      hours: String(hours),
    }))
}

interface Candidate {
  employee_id: string
  project_id: string
  day: number
  hours: number
  /** Weighted sampling: the rows with the highest draws stay (Efraimidis and Spirakis, 2006). */
  draw: number
}

function candidates(
  plan: CompanyPlan,
  employee: EmployeeRecord,
  projects: readonly ProjectRecord[],
  random: Random,
): Candidate[] {
  const weight = plan.departments.find(({ id }) => id === employee.department_id)?.projectTime ?? 0
  const mine = assigned(employee, projects, random)
  const first = Math.max(toDay(plan.timesheetsFrom), toDay(employee.hired_on))
  const last = Math.min(
    toDay(plan.asOf),
    employee.left_on ? toDay(employee.left_on) - 1 : Number.POSITIVE_INFINITY,
  )
  const days: Candidate[] = []
  for (let day = workday(first); day <= last; day = workday(day + 1)) {
    const [some, ...more] = mine.filter((project) => isOpen(project, day))
    if (!some) continue
    const { id: project_id } = random.pick([some, ...more])
    const draw = random.next() ** (1 / weight)
    days.push({ employee_id: employee.id, project_id, day, hours: random.pick(HOURS), draw })
  }
  return days
}

/** The running project of the department, some others of it, and now and then one of another department. */
function assigned(
  employee: EmployeeRecord,
  projects: readonly ProjectRecord[],
  random: Random,
): ProjectRecord[] {
  const own = projects.filter(({ department_id }) => department_id === employee.department_id)
  const others = projects.filter(({ department_id }) => department_id !== employee.department_id)
  const share = 3 / own.length
  return [
    ...own.filter((_, index) => index === 0 || random.chance(share)),
    ...others.filter(() => random.chance(0.15 / others.length)),
  ]
}

function isOpen({ starts_on, ends_on, status }: ProjectRecord, day: number): boolean {
  return status !== 'planned' && toDay(starts_on) <= day && day <= toDay(ends_on)
}
