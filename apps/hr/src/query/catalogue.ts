import type { Principal } from '@atoll/auth'
import { InvalidError } from '@atoll/errors'
import { canSeeField } from '../rules.ts'

export type ColumnType = 'text' | 'date' | 'number'

export interface QueryTable {
  name: string
  /** The database view behind it. */
  view: string
  columns: Readonly<Record<string, ColumnType>>
  /** Columns that make a row unique: the order of rows when nothing else decides. */
  key: readonly string[]
}

/** All that query_hr_data may read and schema://hr shows, before the caller's scopes take something away. */
const TABLES: readonly QueryTable[] = [
  {
    name: 'employees',
    view: 'employees_view',
    key: ['id'],
    columns: {
      id: 'text',
      name: 'text',
      email: 'text',
      role: 'text',
      department_id: 'text',
      department: 'text',
      location: 'text',
      manager_id: 'text',
      manager: 'text',
      employment_type: 'text',
      hired_on: 'date',
      left_on: 'date',
      status: 'text',
      tenure_years: 'number',
      salary_band: 'text',
    },
  },
  {
    name: 'departments',
    view: 'departments_view',
    key: ['id'],
    columns: {
      id: 'text',
      name: 'text',
      head_id: 'text',
      head: 'text',
      cost_center: 'text',
      annual_budget_minor: 'number',
      currency: 'text',
    },
  },
  {
    name: 'projects',
    view: 'projects_view',
    key: ['id'],
    columns: {
      id: 'text',
      name: 'text',
      department_id: 'text',
      department: 'text',
      lead_id: 'text',
      lead: 'text',
      status: 'text',
      starts_on: 'date',
      ends_on: 'date',
      budget_minor: 'number',
      spent_minor: 'number',
      currency: 'text',
      budget_hours: 'number',
    },
  },
  {
    name: 'timesheets',
    view: 'timesheets_view',
    key: ['worked_on', 'employee_id', 'project_id'],
    columns: {
      employee_id: 'text',
      employee: 'text',
      department_id: 'text',
      department: 'text',
      project_id: 'text',
      project: 'text',
      worked_on: 'date',
      hours: 'number',
    },
  },
]

/** The tables with the columns this caller may know of. */
export function visibleTables(principal: Pick<Principal, 'scopes'>): QueryTable[] {
  return TABLES.map((table) => ({
    ...table,
    columns: Object.fromEntries(
      Object.entries(table.columns).filter(([column]) => canSeeField(principal, column)),
    ),
  }))
}

/** Throws InvalidError, naming the tables there are. */
export function visibleTable(principal: Pick<Principal, 'scopes'>, name: string): QueryTable {
  const tables = visibleTables(principal)
  const table = tables.find((candidate) => candidate.name === name)
  if (table) return table
  const allowed = tables.map((candidate) => candidate.name)
  throw new InvalidError(`There is no table "${name}" to query. Tables: ${allowed.join(', ')}.`, {
    details: { tables: allowed },
  })
}

/** The type of a column. Throws InvalidError, naming the columns the caller may use. */
export function columnType(table: QueryTable, column: string): ColumnType {
  if (Object.hasOwn(table.columns, column)) return table.columns[column] as ColumnType
  const allowed = Object.keys(table.columns)
  throw new InvalidError(`${table.name} has no column "${column}". Columns: ${allowed.join(', ')}.`, {
    details: { table: table.name, columns: allowed },
  })
}
