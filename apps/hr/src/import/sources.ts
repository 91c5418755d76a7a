import { type FileJob, importFile, type Source } from './import-file.ts'
import type { Kind } from './roster.ts'
import { DEPARTMENT_COLUMNS, DepartmentRow, EMPLOYEE_COLUMNS, EmployeeRow } from './rows.ts'
import type { Changes } from './upsert.ts'

const departments: Source<DepartmentRow> = {
  kind: 'department',
  schema: DepartmentRow,
  columns: DEPARTMENT_COLUMNS,
  table: 'departments',
  fills: (columns) => [
    ...columns.filter((column) => column !== 'annual_budget' && column !== 'currency'),
    ...(columns.includes('annual_budget') ? ['annual_budget_minor', 'currency'] : []),
  ],
  member: ({ id, name, head_id }) => ({
    id,
    unique: name,
    refersTo: { head_id: { kind: 'employee', id: head_id } },
  }),
}

const employees: Source<EmployeeRow> = {
  kind: 'employee',
  schema: EmployeeRow,
  columns: EMPLOYEE_COLUMNS,
  table: 'employees',
  fills: (columns) => [...columns],
  member: ({ id, email, department_id, manager_id }) => ({
    id,
    unique: email,
    refersTo: {
      department_id: { kind: 'department', id: department_id },
      manager_id: { kind: 'employee', id: manager_id },
    },
  }),
  contradiction: ({ hired_on, left_on }, onRecord) =>
    left_on === undefined && onRecord.leftOn && onRecord.leftOn <= hired_on
      ? `hired_on is not before ${onRecord.leftOn}, when they left on record`
      : undefined,
}

/** Imports the file of one kind. */
export const IMPORTS: Record<Kind, (job: FileJob) => Promise<Changes>> = {
  department: (job) => importFile(departments, job),
  employee: (job) => importFile(employees, job),
}
