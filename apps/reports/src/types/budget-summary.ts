import type { Block } from '../blocks.ts'
import { figure } from '../blocks.ts'
import { major } from '../rendering/write-cell.ts'
import { departments, type Project, projects } from '../sources/hr.ts'
import { type ReportDefinition, section } from './define-type.ts'
import { inDepartment, isOverBudget, NO_PROJECTS } from './project-status.ts'

export const projectBudgets = section({
  id: 'project_budgets',
  title: 'Project budgets',
  needs: ({ period }) => ({ projects: projects(period) }),
  build: ({ projects: { rows } }, request) => {
    const chosen = inDepartment(rows, request)
    if (chosen.length === 0) return [NO_PROJECTS]
    return currenciesOf(chosen).flatMap((currency) => budgetBlocks(chosen, currency))
  },
})

const departmentBudgets = section({
  id: 'department_budgets',
  title: 'Yearly budgets of departments',
  needs: () => ({ all: departments() }),
  build: ({ all }, { department }) => {
    const wanted = department?.toLowerCase()
    const chosen = all.departments.filter(
      ({ id, name }) => wanted === undefined || [id, name].some((each) => each.toLowerCase() === wanted),
    )
    return [
      {
        kind: 'table',
        id: 'department_budgets',
        title: 'As planned for a year, as of today',
        columns: [
          { label: 'Department', unit: 'text' },
          { label: 'Yearly budget', unit: 'money' },
          { label: 'People', unit: 'count' },
          { label: 'Active projects', unit: 'count' },
        ],
        rows: chosen.map(({ name, annual_budget, headcount, active_projects }) => [
          name,
          annual_budget && { minor: annual_budget.amount, currency: annual_budget.currency },
          headcount,
          active_projects,
        ]),
      },
    ]
  },
})

export const budgetSummary: ReportDefinition = {
  type: 'budget_summary',
  title: 'Budget summary',
  description:
    'Budgets and spending of the projects of the period by department, and the yearly budgets of departments',
  byDepartment: true,
  sections: [projectBudgets, departmentBudgets],
}

/** Amounts of different currencies are never added. */
function currenciesOf(rows: readonly Project[]): string[] {
  return [...new Set(rows.flatMap(({ currency }) => currency ?? []))].sort()
}

function budgetBlocks(rows: readonly Project[], currency: string): Block[] {
  const own = rows.filter((row) => row.currency === currency)
  const names = [...new Set(own.map(({ department }) => department ?? 'No department'))]
  const groups = names
    .map((name) => {
      const members = own.filter(({ department }) => (department ?? 'No department') === name)
      return { name, ...sums(members), over: members.filter(isOverBudget).length, count: members.length }
    })
    .sort((a, b) => b.budget - a.budget)
  const { budget, spent } = sums(own)
  const money = (minor: number) => ({ minor, currency })
  const inMajor = (minor: number) => major(minor, currency)
  return [
    {
      kind: 'figures',
      figures: [
        figure('Budget', 'money', money(budget)),
        figure('Spent', 'money', money(spent)),
        figure('Used', 'percent', used(spent, budget)),
        figure('Projects over budget', 'count', own.filter(isOverBudget).length),
      ],
    },
    {
      kind: 'chart',
      id: `budgets_${currency.toLowerCase()}`,
      title: `Budget and spending by department`,
      shape: 'bar',
      categories: groups.map(({ name }) => name),
      category_label: 'Department',
      value_label: 'Amount',
      unit: 'money',
      currency,
      series: [
        { name: 'Budget', values: groups.map((group) => inMajor(group.budget)) },
        { name: 'Spent', values: groups.map((group) => inMajor(group.spent)) },
      ],
    },
    {
      kind: 'table',
      id: `budgets_${currency.toLowerCase()}`,
      title: 'By department',
      columns: [
        { label: 'Department', unit: 'text' },
        { label: 'Projects', unit: 'count' },
        { label: 'Budget', unit: 'money' },
        { label: 'Spent', unit: 'money' },
        { label: 'Used', unit: 'percent' },
        { label: 'Over budget', unit: 'count' },
      ],
      rows: groups.map((group) => [
        group.name,
        group.count,
        money(group.budget),
        money(group.spent),
        used(group.spent, group.budget),
        group.over,
      ]),
    },
  ]
}

function sums(rows: readonly Project[]): { budget: number; spent: number } {
  const add = (pick: (row: Project) => number | null) => rows.reduce((sum, row) => sum + (pick(row) ?? 0), 0)
  return { budget: add((row) => row.budget_minor), spent: add((row) => row.spent_minor) }
}

function used(spent: number, budget: number): number | null {
  return budget === 0 ? null : Math.round((spent / budget) * 1000) / 10
}
