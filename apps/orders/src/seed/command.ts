import { type Command, ownerCommand } from '@atoll/database'
import { shopFillCommand } from '@atoll/scale-data'
import { acme } from './acme.ts'
import { bigShop } from './big-shop.ts'
import { globex } from './globex.ts'
import { seed } from './seed.ts'

/** `seed`: two demonstration shops, or with `--orders COUNT` one of that size. */
export const seedCommand: Command = ownerCommand(
  'Fill the tenants acme and globex with demonstration data, or --orders COUNT for a tenant of that size',
  async (context) => {
    if (context.args.length > 0) return await shopFillCommand(bigShop, context)
    const { ownerUrl, stdout, signal } = context
    for (const plan of [acme, globex]) {
      const filled = await seed(ownerUrl, plan, signal)
      stdout.write(filled ? `Filled tenant ${plan.tenant}\n` : `Tenant ${plan.tenant} has data already\n`)
    }
  },
)
