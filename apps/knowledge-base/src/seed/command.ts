import { type Command, ownerCommand } from '@atoll/database'
import { embedderOf } from '../embeddings/create-embedder.ts'
import { createReader } from '../reading/create-reader.ts'
import { acme } from './acme.ts'
import { generateDocuments } from './generate-documents.ts'
import { globex } from './globex.ts'
import { seed } from './seed.ts'

/** `seed`: the handbooks of two demonstration companies, or with `--documents COUNT` as many made-up ones. */
export const seedCommand: Command = ownerCommand(
  'Fill the tenants acme and globex with demonstration documents, or --documents COUNT for a tenant of that size',
  async (context) => {
    if (context.args.length > 0) return await generateDocuments(context)
    const { env, ownerUrl, stdout, signal } = context
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
