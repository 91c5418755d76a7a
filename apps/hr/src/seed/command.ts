import { type Command, ownerCommand } from '@atoll/database'
import { acme } from './acme.ts'
import { companyFillCommand } from './big-company.ts'
import { globex } from './globex.ts'
import { seed } from './seed.ts'

/** `seed`: two demonstration companies, or with `--employees COUNT` one of that size. */
export const seedCommand: Command = ownerCommand(
  'Fill the tenants acme and globex with demonstration data, or --employees COUNT for a tenant of that size',
  async (context) => {
    if (context.args.length > 0) return await companyFillCommand(context)
    const { ownerUrl, stdout, signal } = context
    for (const plan of [acme, globex]) {
      const filled = await seed(ownerUrl, plan, signal)
      stdout.write(filled ? `Filled tenant ${plan.tenant}\n` : `Tenant ${plan.tenant} has data already\n`)
    }
  },
)
