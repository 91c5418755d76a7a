import { type Command, ownerCommand } from '@atoll/database'
import { embedderOf } from '../embeddings/create-embedder.ts'
import { createReader } from '../reading/create-reader.ts'
import { acme } from './acme.ts'
import { globex } from './globex.ts'
import { seed } from './seed.ts'

/** `seed`: the handbooks of two demonstration companies. */
export const seedCommand: Command = ownerCommand(
  'Fill the tenants acme and globex with demonstration documents',
  async ({ env, ownerUrl, stdout, signal }) => {
    const reader = createReader({ concurrency: 1 })
    const embedder = embedderOf(env)
    try {
      for (const plan of [acme, globex]) {
        const filled = await seed({ ownerUrl, plan, reader, embedder, signal })
        stdout.write(
          filled ? `Filled tenant ${plan.tenant}\n` : `Tenant ${plan.tenant} has documents already\n`,
        )
      }
    } finally {
      await Promise.all([reader.close(), embedder.close()])
    }
  },
)
