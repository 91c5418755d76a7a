import { withOwner } from '@atoll/database'
import type { Tables } from '../store/tables.ts'
import { lockDocument, nextRevision, removeDocument, writeDocument } from '../store/write-document.ts'
import type { ImportOptions, Prepared } from './run-import.ts'

type Target = Pick<ImportOptions, 'ownerUrl' | 'tenant' | 'source' | 'signal'>

/** What was imported from the source: path to fingerprint. */
export async function knownDocuments({
  ownerUrl,
  tenant,
  source,
  signal,
}: Target): Promise<ReadonlyMap<string, string>> {
  const rows = await withOwner<Tables, { path: string | null; content_hash: string | null }[]>(
    ownerUrl,
    (trx) =>
      trx
        .selectFrom('documents')
        .select(['path', 'content_hash'])
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .execute(),
    { tenant, signal },
  )
  return new Map(rows.map(({ path, content_hash }) => [path ?? '', content_hash ?? '']))
}

export interface Stored {
  added: number
  changed: number
  unchanged: number
  passages: number
  unembedded: number
}

/** Store documents together; one that another import has stored meanwhile is left as it is. */
export async function storeBatch(
  { ownerUrl, tenant, signal }: Target,
  documents: readonly Prepared[],
): Promise<Stored> {
  return await withOwner<Tables, Stored>(
    ownerUrl,
    async (trx) => {
      const stored = { added: 0, changed: 0, unchanged: 0, passages: 0, unembedded: 0 }
      const revision = await nextRevision(trx)
      for (const { document, vectors } of documents) {
        const before = await lockDocument(trx, tenant, document.id)
        if (before?.content_hash === document.origin.contentHash) {
          stored.unchanged += 1
          continue
        }
        await writeDocument(trx, tenant, revision, document, before, vectors)
        stored[before ? 'changed' : 'added'] += 1
        stored.passages += document.passages.length
        stored.unembedded += document.passages.length - vectors.size
      }
      return stored
    },
    { tenant, signal },
  )
}

/** Remove what was imported from the source and is there no more. Answers how many. */
export async function removeGone(
  { ownerUrl, tenant, source, signal }: Target,
  present: readonly string[],
): Promise<number> {
  return await withOwner<Tables, number>(
    ownerUrl,
    async (trx) => {
      const stored = await trx
        .selectFrom('documents')
        .select(['id', 'path'])
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .execute()
      const there = new Set(present)
      const gone = stored.filter(({ path }) => path !== null && !there.has(path))
      if (gone.length === 0) return 0
      const revision = await nextRevision(trx)
      let removed = 0
      for (const { id } of gone) {
        const document = await lockDocument(trx, tenant, id)
        if (!document) continue
        await removeDocument(trx, tenant, revision, document)
        removed += 1
      }
      return removed
    },
    { tenant, signal },
  )
}

/** Whether the tenant has any document, from wherever. */
export async function hasDocuments({ ownerUrl, tenant, signal }: Target): Promise<boolean> {
  return await withOwner<Tables, boolean>(
    ownerUrl,
    async (trx) => {
      const found = await trx
        .selectFrom('documents')
        .select('id')
        .where('tenant', '=', tenant)
        .limit(1)
        .execute()
      return found.length > 0
    },
    { tenant, signal },
  )
}
