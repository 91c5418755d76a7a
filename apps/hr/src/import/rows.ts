import type { Columns } from '@atoll/csv-import'
import { z } from 'zod'
import { EmploymentType } from '../model.ts'
import { isCurrency, toMinor } from './money.ts'

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const NO_ID = 'is not an id: 1 to 64 letters, digits, dots, hyphens or underscores'
const NO_TYPE = `is not ${EmploymentType.options.slice(0, -1).join(', ')} or ${EmploymentType.options.at(-1)}`
const NO_DAY = 'is not a date such as 2026-01-31'

/** Spaces around a value don't count. */
const cell = z.string('is missing').trim()
const id = cell.min(1, { error: 'is empty', abort: true }).regex(ID, NO_ID)
const text = (longest: number) => cell.min(1, 'is empty').max(longest, `is longer than ${longest} characters`)
const day = cell.pipe(z.iso.date(NO_DAY))

/** An empty cell is null; a column that the file does not have is undefined. */
function optional<T extends z.ZodType<unknown, string>>(schema: T) {
  return cell
    .transform((value) => (value === '' ? null : value))
    .pipe(schema.nullable())
    .optional()
}

export const EMPLOYEE_COLUMNS: Columns = {
  required: ['id', 'first_name', 'last_name', 'email', 'role', 'department_id', 'location', 'hired_on'],
  optional: ['manager_id', 'employment_type', 'left_on', 'salary_band'],
}

export const EmployeeRow = z
  .object({
    id,
    first_name: text(100),
    last_name: text(100),
    email: cell.toLowerCase().pipe(z.email('is not an e-mail address')),
    role: text(100),
    department_id: id,
    location: text(100),
    hired_on: day,
    manager_id: optional(id),
    employment_type: cell
      .transform((value) => value.toLowerCase() || 'full_time')
      .pipe(z.enum(EmploymentType.options, NO_TYPE))
      .optional(),
    left_on: optional(day),
    salary_band: optional(text(20)),
  })
  .refine(({ hired_on, left_on }) => !left_on || left_on > hired_on, {
    path: ['left_on'],
    message: 'is not after hired_on',
  })
  .refine(({ id, manager_id }) => manager_id !== id, {
    path: ['manager_id'],
    message: 'is the id of the same row',
  })
export type EmployeeRow = z.output<typeof EmployeeRow>

export const DEPARTMENT_COLUMNS: Columns = {
  required: ['id', 'name'],
  optional: ['head_id', 'cost_center', 'annual_budget', 'currency'],
}

export const DepartmentRow = z
  .object({
    id,
    name: text(100),
    head_id: optional(id),
    cost_center: optional(text(40)),
    annual_budget: optional(cell.regex(/^\d{1,12}(\.\d{1,3})?$/, 'is not an amount such as 1250000.00')),
    currency: optional(cell.toUpperCase().refine(isCurrency, 'is not an ISO 4217 currency such as EUR')),
  })
  .refine(({ annual_budget, currency }) => !annual_budget === !currency, {
    path: ['annual_budget'],
    message: 'and currency go together: give both or neither',
  })
  .transform(({ annual_budget, currency, ...row }) => ({
    ...row,
    annual_budget_minor: annual_budget && currency ? toMinor(annual_budget, currency) : null,
    currency: currency ?? null,
  }))
  .refine(({ annual_budget_minor }) => annual_budget_minor !== undefined, {
    path: ['annual_budget'],
    message: 'has more decimals than its currency',
  })
export type DepartmentRow = z.output<typeof DepartmentRow>
