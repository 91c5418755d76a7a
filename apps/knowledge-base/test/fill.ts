import { createEmbeddedModel } from '../src/embeddings/embedded-model.ts'
import { createReader } from '../src/reading/create-reader.ts'
import { acme } from '../src/seed/acme.ts'
import { globex } from '../src/seed/globex.ts'
import { seed } from '../src/seed/seed.ts'

/** Both demonstration handbooks, read and embedded as `seed` does it. */
export async function fill(ownerUrl: string): Promise<void> {
  const { signal } = new AbortController()
  const reader = createReader({ concurrency: 1 })
  const embedder = createEmbeddedModel()
  try {
    for (const plan of [acme, globex]) await seed({ ownerUrl, plan, reader, embedder, signal })
  } finally {
    await Promise.all([reader.close(), embedder.close()])
  }
}
