import { type RawBuilder, sql } from 'kysely'
import { isDepartment } from './search-conditions.ts'

/** Days of moves are counted from here where they are added up. */
export const EPOCH = sql`date '2000-01-01'`

export interface Staff {
  department?: string | undefined
  location?: string | undefined
  /** Whether the offices are told apart. */
  byLocation?: boolean
}

/**
 * Who joined and who left, on which day, by department and location: `joined`, `gone`, and the sums of their hire
 * dates, `joined_days` and `gone_days`, in days since `EPOCH`. Years before and after the period, and whole months
 * within its years, come from `staff_moves` and are dated by their first day; in the first and the last month of the
 * period it is the day itself, or with offices, of which no days are kept, every person's own. `location` is empty
 * where offices are not told apart.
 */
export function staffMoves(
  { department, location, byLocation = location !== undefined }: Staff,
  from: RawBuilder<unknown>,
  to: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const ofDepartment =
    department === undefined
      ? sql`true`
      : sql`department_id in (select id from departments where ${isDepartment(department)})`
  const ofSums = byLocation ? sql`location <> ''` : sql`location = ''`
  const ofLocation = location === undefined ? sql`true` : sql`lower(location) = lower(${location})`
  const ofPeople = location === undefined ? sql`true` : sql`location_key = lower(${location})`
  const within = (column: RawBuilder<unknown>, day: RawBuilder<unknown>) =>
    sql`${column} >= month_of(${day}) and ${column} < next_month_of(${day})`
  const inMonths = (column: RawBuilder<unknown>) => sql`(${within(column, from)} or ${within(column, to)})`
  const days = sql`
    select department_id, location, starts_on, joined, joined_days, gone, gone_days from staff_moves
    where grain = 'day' and location = '' and ${ofDepartment} and ${inMonths(sql`starts_on`)}`
  const people = sql`
    select department_id, location, hired_on, 1, hired_on - ${EPOCH}, 0, 0
    from employees where ${inMonths(sql`hired_on`)} and ${ofPeople} and ${ofDepartment}
    union all
    select department_id, location, left_on, 0, 0, 1, hired_on - ${EPOCH}
    from employees where ${inMonths(sql`left_on`)} and ${ofPeople} and ${ofDepartment}`
  return sql`
    select department_id, location, starts_on as day, joined, joined_days, gone, gone_days from staff_moves
    where grain = 'year' and ${ofSums} and ${ofLocation} and ${ofDepartment}
      and (starts_on < year_of(${from}) or starts_on > year_of(${to}))
    union all
    select department_id, location, starts_on, joined, joined_days, gone, gone_days from staff_moves
    where grain = 'month' and ${ofSums} and ${ofLocation} and ${ofDepartment}
      and starts_on >= year_of(${from}) and year_of(starts_on) <= year_of(${to})
      and starts_on not in (month_of(${from}), month_of(${to}))
    union all
    ${byLocation ? people : days}`
}
