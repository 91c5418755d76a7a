import type { TenantPrincipal } from '@atoll/database'
import { CompiledQuery } from 'kysely'
import { type MemoryOptions, memoryVectors } from './memory-vectors.ts'
import { pgVectors } from './pg-vectors.ts'
import type { VectorDatabase } from './tables.ts'
import type { VectorKind } from './vector-expression.ts'
import { indexState, isRecent, vectorExtension } from './vector-extension.ts'
import type { VectorIndex } from './vector-index.ts'

export interface PickOptions extends MemoryOptions {
  /** Unless told: pgvector where the model is indexed with it, else memory. */
  search?: 'auto' | 'pgvector' | 'memory'
}

/** The search that fits the database, which is asked on first use: a server starts while it is away. */
export function pickVectors(
  database: VectorDatabase,
  kind: VectorKind,
  { search = 'auto', ...options }: PickOptions = {},
): VectorIndex {
  let picking: Promise<VectorIndex> | undefined

  async function pick(principal: TenantPrincipal): Promise<VectorIndex> {
    const usesPgvector =
      search === 'pgvector' || (search === 'auto' && (await isIndexed(database, principal, kind)))
    options.onNotice?.(`Nearest passages are found ${usesPgvector ? 'by pgvector' : 'in memory'}.`)
    return usesPgvector ? pgVectors(database) : memoryVectors(database, options)
  }

  function picked(principal: TenantPrincipal): Promise<VectorIndex> {
    picking ??= pick(principal).catch((error) => {
      picking = undefined
      throw error
    })
    return picking
  }

  return {
    async near(principal, query, options) {
      options.signal.throwIfAborted()
      const index = await picked(principal)
      return await index.near(principal, query, options)
    },
    async close() {
      const index = await picking?.catch(() => undefined)
      await index?.close()
    },
  }
}

async function isIndexed(
  { inTenant }: VectorDatabase,
  principal: TenantPrincipal,
  kind: VectorKind,
): Promise<boolean> {
  return await inTenant(
    principal,
    async (trx) => {
      const run = async <Row>(text: string, values: unknown[] = []) =>
        (await trx.executeQuery<Row>(CompiledQuery.raw(text, values))).rows
      const { version } = await vectorExtension(run)
      return version !== undefined && isRecent(version) && (await indexState(run, kind)) === 'valid'
    },
    { readOnly: true },
  )
}
