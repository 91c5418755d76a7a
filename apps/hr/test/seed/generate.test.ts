import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { acme } from '../../src/seed/acme.ts'
import { generate } from '../../src/seed/generate.ts'
import { globex } from '../../src/seed/globex.ts'

describe.each([
  [acme, { employees: 342, departments: 12, projects: 67, timesheets: 15_420 }],
  [globex, { employees: 58, departments: 5, projects: 9, timesheets: 1200 }],
] as const)('the data of $tenant', (plan, counts) => {
  const data = generate(plan)
  const byId = new Map(data.employees.map((one) => [one.id, one]))

  test('has exactly the planned numbers', () => {
    const { employees, departments, projects, timesheets } = data
    expect({
      employees: employees.length,
      departments: departments.length,
      projects: projects.length,
      timesheets: timesheets.length,
    }).toEqual(counts)
    for (const { id, people } of plan.departments) {
      expect(employees.filter(({ department_id }) => department_id === id)).toHaveLength(people)
    }
  })

  test('is the same every time', () => {
    const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')
    expect(digest(generate(plan))).toBe(digest(data))
  })

  test('has one person at the top, whom everybody reaches', () => {
    const tops = data.employees.filter(({ manager_id }) => manager_id === null)
    expect(tops.map(({ role }) => role)).toEqual([plan.chiefExecutive])
    for (const { id } of data.employees) {
      const seen = new Set<string>()
      for (let at = byId.get(id); at?.manager_id; at = byId.get(at.manager_id)) {
        expect(seen.has(at.id), `${id} is in a circle`).toBe(false)
        seen.add(at.id)
      }
      expect(seen.size).toBeLessThanOrEqual(4)
    }
  })

  test('has managers who still work here, of the same department or above it', () => {
    for (const { manager_id, department_id } of data.employees) {
      if (!manager_id) continue
      const manager = byId.get(manager_id)
      expect(manager?.left_on).toBeNull()
      if (manager?.manager_id) expect(manager.department_id).toBe(department_id)
    }
  })

  test('has as many leavers as planned, after a while, none of them a manager', () => {
    const gone = data.employees.filter(({ left_on }) => left_on !== null)
    expect(gone).toHaveLength(plan.leavers)
    const managers = new Set(data.employees.map(({ manager_id }) => manager_id))
    for (const { id, hired_on, left_on } of gone) {
      expect(managers.has(id)).toBe(false)
      expect(Date.parse(left_on ?? '') - Date.parse(hired_on)).toBeGreaterThanOrEqual(90 * 86_400_000)
    }
  })

  test('happens between the founding and the last day, on working days', () => {
    for (const { hired_on, left_on } of data.employees) {
      expect(hired_on >= plan.foundedOn && (left_on ?? hired_on) <= plan.asOf).toBe(true)
    }
    for (const { worked_on } of data.timesheets) {
      expect(worked_on >= plan.timesheetsFrom && worked_on <= plan.asOf).toBe(true)
      expect([0, 6]).not.toContain(new Date(worked_on).getUTCDay())
    }
  })

  test('records hours of people employed that day on projects that run', () => {
    const projects = new Map(data.projects.map((project) => [project.id, project]))
    for (const { employee_id, project_id, worked_on, hours } of data.timesheets) {
      const one = byId.get(employee_id)
      const project = projects.get(project_id)
      expect(one && one.hired_on <= worked_on && (!one.left_on || worked_on < one.left_on)).toBe(true)
      expect(project && project.starts_on <= worked_on && worked_on <= project.ends_on).toBe(true)
      expect(Number(hours)).toBeLessThanOrEqual(8)
    }
    const keys = data.timesheets.map((row) => `${row.employee_id} ${row.project_id} ${row.worked_on}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('has names and e-mail addresses that appear once, and a head for each department', () => {
    const once = (values: readonly string[]) => expect(new Set(values).size).toBe(values.length)
    once(data.employees.map(({ email }) => email))
    once(data.employees.map(({ first_name, last_name }) => `${first_name} ${last_name}`))
    for (const { id, head_id } of data.departments) {
      expect(byId.get(head_id ?? '')?.department_id).toBe(id)
    }
  })
})

test('different companies have different people', () => {
  const names = (plan: typeof acme) =>
    generate(plan)
      .employees.slice(0, 20)
      .map(({ last_name }) => last_name)
  expect(names(acme)).not.toEqual(names(globex))
})

test('a plan with more hours than there are days is refused', () => {
  expect(() => generate({ ...globex, timesheetRows: 1_000_000 })).toThrow(RangeError)
})
