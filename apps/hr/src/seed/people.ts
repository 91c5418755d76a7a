import type { Random } from '@atoll/scale-data'
import type { Insertable } from 'kysely'
import type { EmploymentType } from '../model.ts'
import type { Tables } from '../store/tables.ts'
import { fromDay, toDay, workday } from './days.ts'
import { FIRST_NAMES, LAST_NAMES } from './names.ts'
import type { CompanyPlan, DepartmentPlan } from './plan.ts'
import { type Level, type Seat, seats } from './seats.ts'

export type EmployeeRecord = Insertable<Tables['employees']>

interface Person {
  seat: Seat
  department: DepartmentPlan
  boss: Person | undefined
  hired: number
}

/** Everybody on record, numbered in the order they were hired; a manager stays as long as their reports. */
export function people(plan: CompanyPlan, random: Random): EmployeeRecord[] {
  const staff = plan.departments.flatMap((department) => hire(plan, department, random))
  const chief = staff[0]
  for (const person of staff) if (person !== chief) person.boss ??= chief
  staff.sort((a, b) => a.hired - b.hired)
  const ids = new Map(staff.map((person, index) => [person, `${plan.idPrefix}${1001 + index}`]))
  const leaving = leavers(plan, staff, random)
  const names = new Set<string>()
  return staff.map((person) => {
    const [first_name, last_name] = newName(names, random)
    const { seat, department, boss, hired } = person
    const left = leaving.get(person)
    return {
      tenant: plan.tenant,
      id: ids.get(person) ?? '',
      first_name,
      last_name,
      email: `${first_name}.${last_name}@${plan.mailDomain}`.toLowerCase(),
      role: seat.role,
      department_id: department.id,
      location: location(plan, seat.level, random),
      manager_id: (boss && ids.get(boss)) ?? null,
      employment_type: employmentType(seat.level, random),
      hired_on: fromDay(hired),
      left_on: left === undefined ? null : fromDay(left),
      salary_band: band(seat.level, random),
    }
  })
}

function hire(plan: CompanyPlan, department: DepartmentPlan, random: Random): Person[] {
  const founded = toDay(plan.foundedOn)
  const span = toDay(plan.asOf) - founded - 7
  const hired: Person[] = []
  for (const seat of seats(plan, department, random)) {
    // Companies grow: the lower the exponent, the later people came.
    const when = seat.level === 'chief' ? 0 : random.next() ** GROWTH[seat.level]
    hired.push({ seat, department, boss: undefined, hired: workday(founded + Math.floor(when * span)) })
  }
  for (const person of hired.slice(1)) person.boss = hired[person.seat.boss]
  return hired
}

const GROWTH: Record<Level, number> = {
  chief: 1,
  head: 1.8,
  director: 1.2,
  manager: 0.9,
  senior: 0.8,
  regular: 0.6,
  junior: 0.2,
}

/** Who left and when: people without reports, most of them in the last eighteen months. */
function leavers(plan: CompanyPlan, staff: readonly Person[], random: Random): Map<Person, number> {
  const today = toDay(plan.asOf)
  const candidates = staff.filter(({ seat, hired }) => INDIVIDUAL.has(seat.level) && hired < today - 150)
  const chosen = candidates
    .map((person) => ({ person, draw: random.next() }))
    .sort((a, b) => a.draw - b.draw)
    .slice(0, plan.leavers)
  return new Map(
    chosen.map(({ person }) => {
      const earliest = Math.max(person.hired + 90, today - (random.chance(0.8) ? 540 : 1500))
      return [person, workday(random.between(earliest, today - 7))]
    }),
  )
}

const INDIVIDUAL: ReadonlySet<Level> = new Set(['senior', 'regular', 'junior'])

function newName(taken: Set<string>, random: Random): [string, string] {
  for (;;) {
    const name: [string, string] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)]
    const full = name.join(' ')
    if (taken.has(full)) continue
    taken.add(full)
    return name
  }
}

function location({ headquarters, locations }: CompanyPlan, level: Level, random: Random): string {
  if (level === 'chief' || level === 'head') return headquarters
  return locations[Math.floor(random.next() ** 1.5 * locations.length)] ?? headquarters
}

function employmentType(level: Level, random: Random): EmploymentType {
  const luck = random.next()
  if (!INDIVIDUAL.has(level) || luck < 0.87) return 'full_time'
  if (luck < 0.95) return 'part_time'
  return level === 'junior' ? 'intern' : 'contractor'
}

const BANDS: Record<Level, number> = {
  chief: 11,
  head: 9,
  director: 8,
  manager: 6,
  senior: 5,
  regular: 3,
  junior: 2,
}

function band(level: Level, random: Random): string {
  return `B${String(BANDS[level] + random.between(-1, 1)).padStart(2, '0')}`
}
