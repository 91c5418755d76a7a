/** What a seeded company looks like; the generator fills in people, projects and hours. */
export interface CompanyPlan {
  tenant: string
  name: string
  /** Different seeds give different people. */
  seed: number
  headquarters: string
  timeZone: string
  currency: string
  fiscalYearStartMonth: number
  hoursPerWeek: number
  foundedOn: string
  /** The last day that anything in the data happened on. */
  asOf: string
  mailDomain: string
  /** Employee and project ids are these letters and a number. */
  idPrefix: string
  projectPrefix: string
  chiefExecutive: string
  /** Cities; the earlier, the more people. */
  locations: readonly [string, ...string[]]
  leavers: number
  timesheetRows: number
  /** Hours are recorded from this day on. */
  timesheetsFrom: string
  departments: readonly DepartmentPlan[]
}

export interface DepartmentPlan {
  id: string
  name: string
  costCenter: string
  /** Minor units of the company's currency. */
  annualBudget: number
  /** People, the head included, and in the first department the chief executive too. */
  people: number
  head: string
  manager: string
  /** Job titles below managers, without seniority. */
  roles: readonly [string, ...string[]]
  /** How much of their time people record on projects: 1 is a lot, 0.1 a little. */
  projectTime: number
  projects: readonly [string, ...string[]]
}
