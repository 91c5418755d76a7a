import { embedOrSkip } from '../embeddings/embed-passages.ts'
import type { Embedder } from '../embeddings/embedder.ts'
import { describe } from '../import/describe.ts'
import { settle } from '../import/settle.ts'
import { hasDocuments, storeBatch } from '../import/store-batch.ts'
import type { Reader } from '../reading/create-reader.ts'
import type { SeedPlan } from './plan.ts'

/** So that a seeded document says the same everywhere. */
const WRITTEN = new Date('2026-06-30T08:00:00Z')
const SOURCE = 'demonstration'

/** Fill a tenant by its plan. A tenant that has documents is left alone: then it answers false. */
export async function seed({
  ownerUrl,
  plan,
  reader,
  embedder,
  signal,
}: {
  ownerUrl: string
  plan: SeedPlan
  reader: Reader
  embedder: Embedder
  signal: AbortSignal
}): Promise<boolean> {
  const { tenant, files } = plan
  const target = { ownerUrl, tenant, source: SOURCE, signal }
  if (await hasDocuments(target)) return false
  const defaults = { category: undefined, audience: { visibility: 'internal' as const, groups: [] } }
  const prepared = await Promise.all(
    files.map(async ({ path, markdown }) => {
      const reading = await reader.read(new TextEncoder().encode(markdown), path, { signal })
      const file = { path, modified: WRITTEN }
      const described = describe({
        tenant,
        source: SOURCE,
        file,
        reading,
        contentHash: 'demonstration',
        defaults,
      })
      const { title, passages } = described.document
      return { ...described, vectors: await embedOrSkip(embedder, title, passages, { signal }) }
    }),
  )
  await storeBatch(target, prepared)
  await settle(ownerUrl, tenant, signal)
  return true
}
