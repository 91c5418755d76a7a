import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { NotFoundError } from '@atoll/errors'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { EmployeeId, Status } from '../model.ts'
import type { Options } from './employees.ts'
import type { Tables } from './tables.ts'

export interface ChainLink {
  id: string
  name: string
  role: string
}

export interface TreeNode extends ChainLink {
  department: string
  status: Status
  manager_id: string | null
  depth: number
  direct_reports: number
}

export interface OrgChart {
  /** From the top down to the manager of the first in `tree`. */
  chain: ChainLink[]
  /** Each followed by their reports. */
  tree: TreeNode[]
  truncated: boolean
}

export interface OrgChartRequest {
  /** Left out: start at the top. */
  employeeId?: EmployeeId | undefined
  /** Levels below the start. */
  depth: number
  /** People at most; those nearest to the start stay. */
  limit: number
}

/** Who reports to whom, among people who have not left. Safe against cycles in the data. */
export function orgChartStore(database: Database<Tables>) {
  return {
    async around(principal: Principal, request: OrgChartRequest, { signal }: Options): Promise<OrgChart> {
      return await database.inTenant(
        principal,
        async (trx) => {
          const nodes = await downward(trx, request)
          const { employeeId, limit } = request
          if (employeeId === undefined) return { chain: [], ...cut(nodes, limit) }
          if (nodes.length === 0) throw new NotFoundError('employee', employeeId)
          return { chain: await upward(trx, employeeId), ...cut(nodes, limit) }
        },
        { signal, readOnly: true },
      )
    },
  }
}

async function downward(
  trx: Transaction<Tables>,
  { employeeId, depth, limit }: OrgChartRequest,
): Promise<Placed[]> {
  const start =
    employeeId === undefined
      ? sql`e.manager_id is null and (e.left_on is null or e.left_on > current_date)`
      : sql`e.id = ${employeeId}`
  // Those nearest to the start stay: of each level only those managers are asked whose reports may be shown, which
  // their counts tell, and none below enough. One may be counted in vain: the start, where it reports to somebody below.
  const { rows } = await sql<Placed>`
    with recursive tree as (
      select *, ${directReports('top')} as direct_reports from (
        select * from (
          select e.id, e.name, e.role, e.department_id, e.manager_id, e.hired_on, e.left_on, 0 as depth,
            array[row_number() over (order by e.name, e.id)] as position, array[e.id::text] as path,
            count(*) over () as seen
          from employees e where ${start}
        ) numbered where position[1] <= ${limit + 1}
      ) top
      union all
      select *, ${directReports('next')} from (
        select id, name, role, department_id, manager_id, hired_on, left_on, depth, position || place, path || id::text, seen
        from (
          select e.id, e.name, e.role, e.department_id, e.manager_id, e.hired_on, e.left_on, m.depth + 1 as depth,
            m.position, m.path, row_number() over (order by m.position, e.name, e.id) as place,
            m.seen + count(*) over () as seen
          from (
            select tree.*,
              sum(direct_reports) over (order by position rows between unbounded preceding and 1 preceding) as before
            from tree where depth < ${depth} and seen <= ${limit}
          ) m join employees e on e.manager_id = m.id
          where m.seen + coalesce(m.before, 0) <= ${limit + 1}
            and (e.left_on is null or e.left_on > current_date) and e.id <> all (m.path)
        ) numbered where place <= ${limit + 1}
      ) next
    )
    select tree.id, tree.name, role, d.name as department, employment_status(hired_on, left_on) as status,
      manager_id, depth, row_number() over (order by position)::int as place, direct_reports::int
    from tree join departments d on d.id = tree.department_id
    order by depth, position limit ${limit + 1}`.execute(trx)
  return rows
}

function directReports(of: 'top' | 'next'): RawBuilder<unknown> {
  return sql`(select count(*) from employees r where r.manager_id = ${sql.ref(`${of}.id`)}
    and (r.left_on is null or r.left_on > current_date))`
}

async function upward(trx: Transaction<Tables>, employeeId: EmployeeId): Promise<ChainLink[]> {
  const { rows } = await sql<ChainLink>`
    with recursive chain as (
      select id, name, role, manager_id, 0 as height from employees where id = ${employeeId}
      union all
      select m.id, m.name, m.role, m.manager_id, chain.height + 1
      from employees m join chain on m.id = chain.manager_id
    ) cycle id set looped using path
    select id, name, role from chain where height > 0 and not looped order by height desc`.execute(trx)
  return rows
}

type Placed = TreeNode & { place: number }

function cut(nodes: readonly Placed[], limit: number): Pick<OrgChart, 'tree' | 'truncated'> {
  const kept = nodes.slice(0, limit).sort((a, b) => a.place - b.place)
  return { tree: kept.map(({ place: _, ...node }) => node), truncated: nodes.length > limit }
}
