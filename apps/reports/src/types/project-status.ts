import type { Block, Cell } from '../blocks.ts'
import { figure } from '../blocks.ts'
import type { ReportRequest } from '../model.ts'
import { daysOf } from '../period.ts'
import { type Hours, type Project, projectHours, projects } from '../sources/hr.ts'
import { type ReportDefinition, section } from './define-type.ts'

export const NO_PROJECTS: Block = { kind: 'note', text: 'No project was under way in this period.' }

const OPEN: ReadonlySet<string> = new Set(['active', 'planned', 'on_hold'])
/** Rows that a reader looks through. */
const MOST = 30

export const projectOverview = section({
  id: 'projects',
  title: 'Projects under way',
  needs: ({ period, department }) => ({
    projects: projects(period),
    hours: projectHours('project', period, department),
  }),
  build: ({ projects: { rows, truncated }, hours }, request) => {
    const chosen = inDepartment(rows, request)
    if (chosen.length === 0) return [NO_PROJECTS]
    const statuses = countBy(chosen, ({ status }) => status)
    const over = chosen.filter(isOverBudget)
    const blocks: Block[] = [
      {
        kind: 'figures',
        figures: [
          figure('Projects', 'count', chosen.length),
          figure('Open', 'count', chosen.filter(({ status }) => OPEN.has(status)).length),
          figure('Over budget', 'count', over.length),
          figure('Hours recorded', 'hours', hours.total.hours),
          figure('People', 'count', hours.total.employees),
        ],
      },
      {
        kind: 'chart',
        id: 'projects_by_status',
        title: 'Projects by status',
        shape: 'bar',
        categories: statuses.map(([status]) => words(status)),
        category_label: 'Status',
        value_label: 'Projects',
        unit: 'count',
        currency: null,
        series: [{ name: 'Projects', values: statuses.map(([, count]) => count) }],
      },
      projectTable('projects', 'Projects by spending', chosen, hours),
    ]
    if (truncated) blocks.push({ kind: 'note', text: 'There are more projects than are counted here.' })
    return blocks
  },
})

const hoursOverTime = section({
  id: 'project_hours',
  title: 'Hours',
  needs: ({ period, department }) => ({
    time: projectHours(daysOf(period) <= 92 ? 'week' : 'month', period, department),
    departments: projectHours('department', period, department),
  }),
  build: ({ time, departments }, { period }) => {
    const grain = daysOf(period) <= 92 ? 'Week' : 'Month'
    const sorted = departments.groups.toSorted((a, b) => b.hours - a.hours)
    return [
      hoursChart(
        `hours_by_${grain.toLowerCase()}`,
        `Hours by ${grain.toLowerCase()}`,
        'column',
        grain,
        time.groups,
      ),
      hoursChart('hours_by_department', 'Hours by department', 'bar', 'Department', sorted),
    ]
  },
})

export const projectStatus: ReportDefinition = {
  type: 'project_status',
  title: 'Project status',
  description:
    'Projects under way in the period: status, budget and spending, hours by week, month and department',
  byDepartment: true,
  sections: [projectOverview, hoursOverTime],
}

/** Projects know the department's id and its name; a caller may say either. */
export function inDepartment(rows: readonly Project[], { department }: ReportRequest): Project[] {
  if (department === null) return [...rows]
  const wanted = department.toLowerCase()
  return rows.filter((row) =>
    [row.department_id, row.department].some((name) => name?.toLowerCase() === wanted),
  )
}

export function isOverBudget({ budget_minor, spent_minor }: Project): boolean {
  return budget_minor !== null && spent_minor !== null && spent_minor > budget_minor
}

function projectTable(id: string, title: string, rows: readonly Project[], hours: Hours): Block {
  const hoursOf = new Map(hours.groups.map(({ key, hours: spent }) => [key, spent]))
  const sorted = rows.toSorted((a, b) => (b.spent_minor ?? 0) - (a.spent_minor ?? 0)).slice(0, MOST)
  return {
    kind: 'table',
    id,
    title: rows.length > MOST ? `${title}: the first ${MOST} of ${rows.length}` : title,
    columns: [
      { label: 'Project', unit: 'text' },
      { label: 'Department', unit: 'text' },
      { label: 'Status', unit: 'text' },
      { label: 'Budget', unit: 'money' },
      { label: 'Spent', unit: 'money' },
      { label: 'Used', unit: 'percent' },
      { label: 'Hours', unit: 'hours' },
    ],
    rows: sorted.map((row) => [
      row.name,
      row.department,
      words(row.status),
      money(row.budget_minor, row.currency),
      money(row.spent_minor, row.currency),
      row.budget_minor && row.spent_minor !== null ? round((row.spent_minor / row.budget_minor) * 100) : null,
      hoursOf.get(row.id) ?? 0,
    ]),
  }
}

function hoursChart(
  id: string,
  title: string,
  shape: 'column' | 'bar',
  label: string,
  groups: Hours['groups'],
): Block {
  return {
    kind: 'chart',
    id,
    title,
    shape,
    categories: groups.map(({ key, name }) => (shape === 'bar' ? name : key)),
    category_label: label,
    value_label: 'Hours',
    unit: 'hours',
    currency: null,
    series: [{ name: 'Hours', values: groups.map(({ hours }) => round(hours)) }],
  }
}

export function money(minor: number | null, currency: string | null): Cell {
  return minor === null || currency === null ? null : { minor, currency }
}

function countBy<T>(rows: readonly T[], key: (row: T) => string): [string, number][] {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}

function words(status: string): string {
  return status.replaceAll('_', ' ')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
