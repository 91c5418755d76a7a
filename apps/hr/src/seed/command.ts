import { type Command, ownerCommand } from '@atoll/database'
import { acme } from './acme.ts'
import { globex } from './globex.ts'
import { seed } from './seed.ts'

/** `seed`: two demonstration companies. */
export const seedCommand: Command = ownerCommand(
  'Fill the tenants acme and globex with demonstration data',
  async ({ ownerUrl, stdout, signal }) => {
    for (const plan of [acme, globex]) {
      const filled = await seed(ownerUrl, plan, signal)
      stdout.write(filled ? `Filled tenant ${plan.tenant}\n` : `Tenant ${plan.tenant} has data already\n`)
    }
  },
)
