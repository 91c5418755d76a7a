import { withOwner } from '@atoll/database'
import { sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { generate } from './generate.ts'
import type { CompanyPlan } from './plan.ts'
import { write } from './write.ts'

/** Fill a tenant by its plan. A tenant that has people is left alone: then it answers false. */
export async function seed(ownerUrl: string, plan: CompanyPlan, signal?: AbortSignal): Promise<boolean> {
  return await withOwner<Tables, boolean>(
    ownerUrl,
    async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtext('hr.fill'), hashtext(${plan.tenant}))`.execute(trx)
      const some = await trx.selectFrom('employees').select('id').limit(1).executeTakeFirst()
      if (some) return false
      await write(trx, generate(plan))
      return true
    },
    { tenant: plan.tenant, ...(signal && { signal }) },
  )
}
