import type { Random } from '@atoll/scale-data'
import type { CompanyPlan, DepartmentPlan } from './plan.ts'

export type Level = 'chief' | 'head' | 'director' | 'manager' | 'senior' | 'regular' | 'junior'

/** A place in a department; whoever sits there reports to the seat numbered `boss`. */
export interface Seat {
  role: string
  level: Level
  boss: number
}

const REPORTS_PER_MANAGER = 9
const MANAGERS_PER_DIRECTOR = 4

/** The seats of a department, bosses before their reports. Seat 0 leads it. */
export function seats(plan: CompanyPlan, department: DepartmentPlan, random: Random): Seat[] {
  const led: Seat[] =
    department === plan.departments[0]
      ? [
          { role: plan.chiefExecutive, level: 'chief', boss: 0 },
          { role: department.head, level: 'manager', boss: 0 },
        ]
      : [{ role: department.head, level: 'head', boss: 0 }]
  const others = department.people - led.length
  const managers = others > REPORTS_PER_MANAGER ? Math.ceil(others / (REPORTS_PER_MANAGER + 1)) : 0
  const directors = managers > MANAGERS_PER_DIRECTOR ? Math.ceil(managers / MANAGERS_PER_DIRECTOR) : 0
  for (let n = 0; n < directors; n += 1) {
    led.push({ role: `Director of ${department.name}`, level: 'director', boss: 0 })
  }
  for (let n = 0; n < managers; n += 1) {
    led.push({ role: department.manager, level: 'manager', boss: directors === 0 ? 0 : 1 + (n % directors) })
  }
  const firstManager = led.length - managers
  while (led.length < department.people) {
    const boss = managers === 0 ? 0 : firstManager + (led.length % managers)
    led.push({ ...individual(department, random), boss })
  }
  return led
}

function individual({ roles }: DepartmentPlan, random: Random): Omit<Seat, 'boss'> {
  const role = random.pick(roles)
  const luck = random.next()
  if (luck < 0.2) return { role: `Junior ${role}`, level: 'junior' }
  if (luck < 0.7) return { role, level: 'regular' }
  return { role: `Senior ${role}`, level: 'senior' }
}
