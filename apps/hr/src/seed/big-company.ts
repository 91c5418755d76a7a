import type { CommandContext } from '@atoll/database'
import { type Fill, fillOptions, fillTenant, numberArray, pick, textArray } from '@atoll/scale-data'
import type pg from 'pg'
import { acme } from './acme.ts'
import { FIRST_NAMES, LAST_NAMES } from './names.ts'

const MOST_EMPLOYEES = 2_000_000
const BATCH = 50_000
/** People who report to each manager; numbers grow from the top down. */
const REPORTS = 8
const FIRST_HIRE = '2012-03-05'
/** Days in which people were hired. */
const DAYS = 5200
const HOURS_FROM = '2026-01-05'
/** Timesheet rows a person. */
const ENTRIES = 10

/** `seed --employees COUNT`: a company of any size, with the departments and offices of acme. */
export async function companyFillCommand({
  args,
  ownerUrl,
  stdout,
  stderr,
  signal,
}: CommandContext & { ownerUrl: string }): Promise<void> {
  const options = fillOptions(args, 'employees', MOST_EMPLOYEES)
  await fillTenant(bigCompany, options, { ownerUrl, stderr, signal })
  stdout.write(`Filled tenant ${options.tenant} with ${options.count} employees\n`)
}

const bigCompany: Fill = {
  name: 'hr',
  lock: 'hr.fill',
  tables: ['employees', 'timesheets', 'employee_terms', 'departments', 'projects'],

  async clear(client, tenant) {
    await client.query('set constraints all deferred')
    for (const table of [
      'timesheets',
      'projects',
      'employee_terms',
      'employees',
      'departments',
      'companies',
    ]) {
      await client.query(`delete from ${table} where tenant = $1`, [tenant])
    }
  },

  async insert(client, { tenant, count, seed }, step) {
    const projects = Math.min(5000, Math.max(24, Math.ceil(count / 20)))
    await insertCompany(client, tenant, count, projects, seed)
    for (let first = 1; first <= count; first += BATCH) {
      step((first - 1) / count, `${first - 1} of ${count} employees`)
      const last = Math.min(count, first + BATCH - 1)
      await client.query(people({ first, last, count, projects, seed }), [tenant])
    }
    step(0.9, 'words to search by')
    await client.query('analyze employees')
    await client.query('select rebuild_staff_moves($1)', [tenant])
    await client.query('select rebuild_terms($1)', [tenant])
  },

  async finish(client, { tenant }) {
    await client.query('select rebuild_project_counts($1)', [tenant])
    await client.query('select rebuild_timesheet_sums($1)', [tenant])
    await client.query('analyze staff_moves, timesheet_sums')
  },
}

async function insertCompany(
  client: pg.ClientBase,
  tenant: string,
  count: number,
  projects: number,
  seed: number,
): Promise<void> {
  await client.query('set constraints all deferred')
  await client.query(
    `insert into companies (tenant, name, headquarters, time_zone, currency, fiscal_year_start_month, hours_per_week, founded_on)
    values ($1, 'Atoll Industries', 'Berlin', 'Europe/Berlin', 'EUR', 1, 38.5, '${FIRST_HIRE}')`,
    [tenant],
  )
  await client.query(
    `insert into departments (tenant, id, name, head_id, cost_center, annual_budget_minor, currency)
    select $1, id, name, 'E' || 1000 + least(place, $5), cost_center, budget, 'EUR'
    from unnest($2::text[], $3::text[], $4::text[]) with ordinality as d (id, name, cost_center, place),
    lateral (select place * 100000000 as budget) as b`,
    [
      tenant,
      acme.departments.map(({ id }) => id),
      acme.departments.map(({ name }) => name),
      acme.departments.map(({ costCenter }) => costCenter),
      count,
    ],
  )
  await client.query(
    `insert into projects (tenant, id, name, department_id, lead_id, status, starts_on, ends_on, budget_minor,
      spent_minor, currency, budget_hours)
    select $1, 'P' || lpad(no::text, 4, '0'), ${pick(PROJECTS, 0)} || ' ' || no, (${DEPARTMENT_IDS})[1 + no % ${acme.departments.length}],
      'E' || 1000 + 1 + (h >> 16 & 1048575) % ${count}, (${textArray(STATUSES)})[1 + (h >> 8 & 255) % ${STATUSES.length}],
      date '2025-06-01' + (h >> 40 & 127)::integer, date '2026-09-01' + (h >> 48 & 127)::integer,
      (h >> 20 & 1023) * 100000, (h >> 30 & 1023) * 80000, 'EUR', (400 + (h >> 50 & 1023))::integer
    from (select no, hashint8extended(no, ${seed} + 1000000000) as h from generate_series(1, ${projects}) no) numbered`,
    [tenant],
  )
}

interface Part {
  first: number
  last: number
  count: number
  projects: number
  seed: number
}

/** Some people, and ten days of half a year of those who are still there. */
function people(part: Part): string {
  const { projects, seed } = part
  return `
    with hired as (${employees(part)} returning id, substr(id, 2)::integer - 1000 as no, hired_on, left_on)
    insert into timesheets (tenant, employee_id, project_id, worked_on, hours)
    select $1, id, 'P' || lpad((1 + (no * 7 + (h & 1)) % ${projects})::text, 4, '0'),
      date '${HOURS_FROM}' + (entry * 16 + (h >> 8 & 15))::integer, (${numberArray([2, 3, 4, 4, 6, 8, 8, 8])})[1 + (h >> 16 & 7)]
    from (
      select id, no, entry, hashint8extended(no * ${ENTRIES} + entry, ${seed} + 4000000000) as h
      from hired, generate_series(0, ${ENTRIES - 1}) entry
      where left_on is null and hired_on < date '${HOURS_FROM}'
    ) drawn`
}

/**
 * Number 1 leads the company, and everybody else reports to one of the numbers before theirs. The higher up, the
 * longer there. Whoever has no reports may have left.
 */
function employees({ first, last, count, seed }: Part): string {
  const lastManager = Math.ceil((count - 1) / REPORTS)
  const { departments, locations } = acme
  return `
    insert into employees (tenant, id, first_name, last_name, email, role, department_id, location, manager_id,
      employment_type, hired_on, left_on, salary_band)
    select $1, 'E' || 1000 + no, first_name, last_name,
      search_key(first_name || '.' || last_name) || '.' || no || '@atoll.example',
      case when no = 1 then 'Chief Executive Officer'
        when no <= ${REPORTS} + 1 then 'Vice President'
        when no <= ${lastManager} then 'Manager ' || ${pick(ROLES, 16)}
        else ${pick(['Junior ', '', '', 'Senior '], 24)} || ${pick(ROLES, 16)} end,
      (${DEPARTMENT_IDS})[1 + department], (${textArray(locations)})[place], 
      case when no > 1 then 'E' || 1001 + (no - 2) / ${REPORTS} end,
      case when no <= ${lastManager} then 'full_time' else ${pick(KINDS, 32)} end,
      hired_on,
      case when no > ${lastManager} and (h >> 40 & 255) < 24 and hired_on < date '${HOURS_FROM}' - 700
        then date '${HOURS_FROM}' - (h >> 48 & 511)::integer end,
      'B' || lpad((1 + (h >> 56 & 15) % 11)::text, 2, '0')
    from (
      select no, h, ${pick(FIRST_NAMES, 0)} as first_name, ${pick(LAST_NAMES, 8)} as last_name,
        (hashint8extended((no - 2) / ${REPORTS ** 2}, ${seed} + 3000000000) & 1023) % ${departments.length} as department,
        (${numberArray([1, 1, 1, 2, 2, 3, 3, 4, 5, 6])})[1 + (h >> 28 & 1023) % 10] as place,
        date '${FIRST_HIRE}' + (no * ${DAYS} / ${count} * 0.9 + (h >> 33 & 511) * no / ${count})::integer as hired_on
      from (
        select no, hashint8extended(no, ${seed}) as h from generate_series(${first}::bigint, ${last}) no
      ) numbered
    ) drawn`
}

const DEPARTMENT_IDS = textArray(acme.departments.map(({ id }) => id))
const ROLES = [...new Set(acme.departments.flatMap(({ roles }) => roles))]
const PROJECTS = [...new Set(acme.departments.flatMap(({ projects }) => projects))]
const KINDS = ['full_time', 'full_time', 'full_time', 'full_time', 'part_time', 'contractor', 'intern']
const STATUSES = ['active', 'active', 'active', 'completed', 'on_hold', 'planned']
