import type { Random } from '@atoll/scale-data'
import type { Insertable } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { fromDay, toDay, workday } from './days.ts'
import type { EmployeeRecord } from './people.ts'
import type { CompanyPlan } from './plan.ts'

export type ProjectRecord = Insertable<Tables['projects']> & { ends_on: string }

/** The first project of every department runs all the time that hours are recorded. */
export function projects(
  plan: CompanyPlan,
  staff: readonly EmployeeRecord[],
  random: Random,
): ProjectRecord[] {
  const present = staff.filter(({ left_on }) => left_on === null)
  const all = plan.departments.flatMap((department) =>
    department.projects.map((name, index) => ({ department, name, running: index === 0 })),
  )
  return all.map(({ department, name, running }, index) => {
    const members = present.filter(({ department_id }) => department_id === department.id)
    const [starts, ends] = running ? runningDates(plan, random) : dates(plan, random)
    const hours = random.between(8, 120) * 50
    const budget = hours * random.between(70, 120) * 100
    return {
      tenant: plan.tenant,
      id: `${plan.projectPrefix}${String(index + 1).padStart(3, '0')}`,
      name,
      department_id: department.id,
      lead_id: lead(members, random),
      status: status(toDay(plan.asOf), starts, ends, !running && random.chance(0.08)),
      starts_on: fromDay(starts),
      ends_on: fromDay(ends),
      budget_minor: budget,
      spent_minor:
        Math.round((budget * elapsed(toDay(plan.asOf), starts, ends) * random.between(70, 125)) / 10_000) *
        100,
      currency: plan.currency,
      budget_hours: hours,
    }
  })
}

function runningDates({ timesheetsFrom, asOf }: CompanyPlan, random: Random): [number, number] {
  return [
    workday(toDay(timesheetsFrom) - random.between(20, 200)),
    workday(toDay(asOf) + random.between(30, 200)),
  ]
}

function dates({ asOf }: CompanyPlan, random: Random): [number, number] {
  const starts = workday(toDay(asOf) + random.between(-560, 60))
  return [starts, workday(starts + random.between(90, 420))]
}

function status(today: number, starts: number, ends: number, paused: boolean): ProjectRecord['status'] {
  if (starts > today) return 'planned'
  if (ends < today) return 'completed'
  return paused ? 'on_hold' : 'active'
}

/** Share of the planned time that has passed. */
function elapsed(today: number, starts: number, ends: number): number {
  return Math.min(1, Math.max(0, (today - starts) / (ends - starts)))
}

function lead(members: readonly EmployeeRecord[], random: Random): string | null {
  const [first, ...others] = members
  return first ? random.pick([first, ...others]).id : null
}
