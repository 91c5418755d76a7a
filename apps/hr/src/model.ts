import { z } from 'zod'

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const id = () => z.string().regex(ID, 'must be 1 to 64 letters, digits, dots, hyphens or underscores')

/** Text of a caller: PostgreSQL cannot store NUL, and no other control character means anything here. */
export const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((value) => /^\P{Cc}*$/u.test(value), 'must not hold control characters')

export const EmployeeId = id().brand<'EmployeeId'>().describe('Employee id, such as E1042')
export type EmployeeId = z.output<typeof EmployeeId>

export const DepartmentId = id().brand<'DepartmentId'>().describe('Department id, such as engineering')
export type DepartmentId = z.output<typeof DepartmentId>

export const ProjectId = id().brand<'ProjectId'>().describe('Project id, such as P012')
export type ProjectId = z.output<typeof ProjectId>

export const Day = z.iso.date().describe('Date as YYYY-MM-DD')

export const EmploymentType = z.enum(['full_time', 'part_time', 'contractor', 'intern'])
export type EmploymentType = z.output<typeof EmploymentType>

export const Status = z.enum(['active', 'left', 'upcoming'])
export type Status = z.output<typeof Status>

/** Somebody or something named beside its id. */
export const Named = z.strictObject({ id: z.string(), name: z.string() })
export type Named = z.output<typeof Named>

export const Money = z.strictObject({
  amount: z.int().describe('Minor units, such as cents'),
  currency: z.string().length(3).describe('ISO 4217 code'),
})

export const Employee = z.strictObject({
  id: z.string().describe('Employee id'),
  name: z.string().describe('Full name'),
  email: z.string().describe('Work e-mail address'),
  role: z.string().describe('Job title'),
  department: Named,
  location: z.string().describe('City of the office'),
  manager: Named.nullable().describe('Whom they report to; null at the top'),
  employment_type: EmploymentType,
  status: Status.describe('As of today; upcoming is hired and not yet started'),
  hired_on: z.iso.date().describe('First day of employment'),
  left_on: z.iso.date().nullable().describe('First day no longer employed; null while employed'),
  tenure_years: z.number().describe('Years employed, until today or until leaving'),
  salary_band: z
    .string()
    .nullable()
    .optional()
    .describe('Only with the scope hr:compensation; null when none is recorded'),
})
export type Employee = z.output<typeof Employee>

export const Department = z.strictObject({
  id: z.string().describe('Department id'),
  name: z.string(),
  head: Named.nullable().describe('Employee who leads it'),
  headcount: z.int().describe('Employed today'),
  active_projects: z.int(),
  cost_center: z.string().nullable(),
  annual_budget: Money.nullable(),
})
export type Department = z.output<typeof Department>
