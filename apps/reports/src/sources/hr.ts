import { z } from 'zod'
import type { Period } from '../model.ts'
import type { Need } from '../types/define-type.ts'

const scopes = ['hr:read']

const Counts = z.object({
  opening: z.int(),
  joiners: z.int(),
  leavers: z.int(),
  headcount: z.int(),
  attrition_percent: z.number().nullable(),
  average_tenure_years: z.number().nullable(),
})
const Headcount = z.object({
  total: Counts,
  groups: z.array(Counts.extend({ key: z.string(), name: z.string() })),
})
export type Headcount = z.output<typeof Headcount>

/** Headcount and its movements over a period. */
export function headcount(
  by: 'none' | 'department' | 'location' | 'month',
  { from, to }: Period,
  department: string | null,
): Need<Headcount> {
  const args = { by, from, to, ...(department !== null && { department }) }
  return { tool: 'hr__headcount_summary', arguments: args, scopes, answer: Headcount }
}

const Department = z.object({
  id: z.string(),
  name: z.string(),
  headcount: z.int(),
  active_projects: z.int(),
  annual_budget: z.object({ amount: z.int(), currency: z.string() }).nullable(),
})
const Departments = z.object({ departments: z.array(Department) })
export type Departments = z.output<typeof Departments>

/** All departments as of today. */
export function departments(): Need<Departments> {
  return { tool: 'hr__list_departments', arguments: {}, scopes, answer: Departments }
}

const Project = z.object({
  id: z.string(),
  name: z.string(),
  department: z.string().nullable(),
  department_id: z.string().nullable(),
  status: z.string(),
  starts_on: z.string().nullable(),
  ends_on: z.string().nullable(),
  budget_minor: z.number().nullable(),
  spent_minor: z.number().nullable(),
  currency: z.string().nullable(),
  budget_hours: z.number().nullable(),
})
export type Project = z.output<typeof Project>
const Projects = z.object({ rows: z.array(Project), truncated: z.boolean() })

/** Projects that were under way at some time of the period. */
export function projects({ from, to }: Period): Need<z.output<typeof Projects>> {
  return {
    tool: 'hr__query_hr_data',
    arguments: {
      table: 'projects',
      columns: Object.keys(Project.shape),
      filters: [{ column: 'starts_on', op: 'lte', value: to }],
      sort: [{ column: 'id' }],
      limit: 500,
    },
    scopes,
    // A project without an end goes on; the tool's filters must all hold, so this one is ours.
    answer: Projects.transform(({ rows, truncated }) => ({
      rows: rows.filter(({ ends_on }) => ends_on === null || ends_on >= from),
      truncated,
    })),
  }
}

const Hours = z.object({
  total: z.object({ hours: z.number(), employees: z.int() }),
  groups: z.array(z.object({ key: z.string(), name: z.string(), hours: z.number(), employees: z.int() })),
  truncated: z.boolean(),
})
export type Hours = z.output<typeof Hours>

/** Hours recorded on projects. */
export function projectHours(
  by: 'project' | 'department' | 'week' | 'month',
  { from, to }: Period,
  department: string | null,
): Need<Hours> {
  const args = { by, from, to, ...(department !== null && { department }), limit: 500 }
  return { tool: 'hr__timesheet_summary', arguments: args, scopes, answer: Hours }
}
