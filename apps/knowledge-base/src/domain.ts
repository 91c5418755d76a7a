import { randomBytes } from 'node:crypto'
import { createDatabase } from '@atoll/database'
import { createCursors, defineDomain } from '@atoll/server-kit'
import { z } from 'zod'
import { createUpkeep } from './background/upkeep.ts'
import { EmbeddingConfig, serviceOf } from './embeddings/config.ts'
import { createEmbedder } from './embeddings/create-embedder.ts'
import { rememberQueries } from './embeddings/remember-queries.ts'
import { Audience } from './model.ts'
import { createReader } from './reading/create-reader.ts'
import { mayRead } from './rules.ts'
import { createDegradation } from './search/degradation.ts'
import { createSearch } from './search/search.ts'
import { askBySynonyms } from './search/synonyms/ask-by-synonyms.ts'
import { loadSynonyms, SynonymsConfig } from './search/synonyms/load-synonyms.ts'
import { authorStore } from './store/authors.ts'
import { documentStore } from './store/documents.ts'
import { followChanges } from './store/follow-changes.ts'
import { searchStore } from './store/search.ts'
import type { Tables } from './store/tables.ts'
import { pickVectors } from './vectors/pick-vectors.ts'

export const knowledgeBase = defineDomain({
  name: 'knowledge-base',
  scopePrefix: 'kb',
  scopes: {
    read: 'Search and read the company’s documents',
    confidential: 'Also find confidential documents',
    write: 'Add, change and delete documents',
  },
  data: 'confidential',
  limits: { timeout: '10s', rate: '600/min' },
  config: z.object({
    DATABASE_URL: z.url().describe('PostgreSQL as the app role, which row-level security binds'),
    DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10).describe('Connections at most'),
    VECTOR_SEARCH: z.enum(['auto', 'pgvector', 'memory']).default('auto'),
    VECTOR_MEMORY_MB: z.coerce
      .number()
      .int()
      .min(16)
      .default(512)
      .describe('Memory for vectors of all tenants'),
    // Without it every process signs cursors with a key of its own, which is right for one replica only.
    STATE_SECRET: z.string().min(32).optional(),
    ...EmbeddingConfig.shape,
    ...SynonymsConfig.shape,
  }),
  audience: Audience,
  admits: mayRead,
  connect: async (config, { signal, logger, changes }) => {
    const synonymsOf = loadSynonyms(config)
    const database = createDatabase<Tables>({
      url: config.DATABASE_URL,
      poolSize: config.DATABASE_POOL_SIZE,
      statementTimeout: 10_000,
      applicationName: 'knowledge-base',
    })
    const embedder = createEmbedder(config)
    const vectors = pickVectors(database, embedder, {
      search: config.VECTOR_SEARCH,
      memory: config.VECTOR_MEMORY_MB * 1024 * 1024,
      onNotice: (text) => logger.info(text),
    })
    const meaning = createDegradation((error) => logger.warn({ err: error }, 'Searched without meaning'))
    const search = createSearch({
      store: searchStore(database),
      embedder: rememberQueries(serviceOf(config) ? embedder : askBySynonyms(embedder, synonymsOf)),
      vectors,
      synonymsOf,
      meaning,
    })
    const following = followChanges(config.DATABASE_URL, changes, logger)
    const reader = createReader({ concurrency: 1 })
    const upkeep = createUpkeep(database, embedder, logger)
    upkeep.start(signal)
    // Before the server is ready: the first search would wait for it in vain. Without it words alone are searched.
    await embedder.warm().catch((error) => logger.warn({ err: error }, 'The embedding model cannot be used'))
    return {
      deps: {
        documents: documentStore(database),
        authors: authorStore(database, embedder, () => upkeep.soon()),
        search,
        reader,
        cursors: createCursors(config.STATE_SECRET ?? randomBytes(32)),
      },
      probes: { database: (probe) => database.probe(probe) },
      optional: {
        embeddings: async () => meaning.check(),
        changes: async () => following.check(),
      },
      async close() {
        await Promise.all([upkeep.close(), following.close()])
        await Promise.all([vectors.close(), reader.close()])
        await embedder.close()
        await database.close()
      },
    }
  },
})
