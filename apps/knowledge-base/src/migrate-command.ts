import { type Command, migrateCommand as migrateTables, ownerCommand } from '@atoll/database'
import { migrations } from '../migrations/index.ts'
import { embeddingKind } from './embeddings/create-embedder.ts'
import { ensureVectorIndex } from './vectors/ensure-vector-index.ts'

const tables = migrateTables(migrations)

/** `migrate`: the tables, and where the database has pgvector, an index for the vectors of the configured model. */
export const migrateCommand: Command = {
  summary: tables.summary,
  async run(context) {
    await tables.run(context)
    await index.run(context)
  },
}

const index = ownerCommand('Build the index of vectors', async ({ ownerUrl, env, stdout, signal }) => {
  const { reason } = await ensureVectorIndex(ownerUrl, embeddingKind(env), { signal })
  stdout.write(`${reason}\n`)
})
