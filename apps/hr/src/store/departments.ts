import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { sql } from 'kysely'
import type { Department } from '../model.ts'
import type { Options } from './employees.ts'
import { staffMoves } from './staff.ts'
import type { Tables } from './tables.ts'

interface Row {
  id: string
  name: string
  head_id: string | null
  head: string | null
  headcount: number
  active_projects: number
  cost_center: string | null
  annual_budget_minor: number | null
  currency: string | null
}

export function departmentStore(database: Database<Tables>) {
  return {
    /** All departments by name. */
    async list(principal: Principal, { signal }: Options): Promise<Department[]> {
      const { rows } = await database.inTenant(principal, (trx) => LIST.execute(trx), {
        signal,
        readOnly: true,
      })
      return rows.map(toDepartment)
    },
  }
}

const LIST = sql<Row>`
  with moves as (${staffMoves({}, sql`current_date`, sql`current_date`)}),
  staff as (
    select department_id, sum(joined - gone)::int as headcount from moves where day <= current_date group by 1
  )
  select d.id, d.name, d.head_id, h.name as head, d.cost_center, d.annual_budget_minor, d.currency,
    coalesce(staff.headcount, 0) as headcount,
    coalesce(active.projects, 0)::int as active_projects
  from departments d
  left join employees h on h.id = d.head_id
  left join staff on staff.department_id = d.id
  left join project_counts active on active.department_id = d.id and active.status = 'active'
  order by d.name`

function toDepartment(row: Row): Department {
  const { id, name, headcount, active_projects, cost_center } = row
  return {
    id,
    name,
    head: row.head_id === null ? null : { id: row.head_id, name: row.head ?? row.head_id },
    headcount,
    active_projects,
    cost_center,
    annual_budget:
      row.annual_budget_minor === null || row.currency === null
        ? null
        : { amount: row.annual_budget_minor, currency: row.currency },
  }
}
