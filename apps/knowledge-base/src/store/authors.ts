import { randomBytes } from 'node:crypto'
import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { ConflictError, ForbiddenError, NotFoundError } from '@atoll/errors'
import { embedOrSkip } from '../embeddings/embed-passages.ts'
import type { Embedder } from '../embeddings/embedder.ts'
import { type Audience, DocumentId, type DocumentSummary, type Visibility } from '../model.ts'
import type { PlainPassage, Reading } from '../reading/extracted.ts'
import { mayRead } from '../rules.ts'
import { asReader, type Options } from './as-reader.ts'
import { toSummary } from './documents.ts'
import { documentsOnShelves } from './documents-on-shelves.ts'
import type { Tables } from './tables.ts'
import {
  lockDocument,
  type NewDocument,
  nextRevision,
  removeDocument,
  type StoredDocument,
  type Vectors,
  writeDocument,
} from './write-document.ts'

export interface Draft {
  title: string
  category: string
  audience: Audience
  reading: Reading
}

/** What an author starts from. */
export interface Current {
  title: string
  category: string
  visibility: Visibility
  groups: string[]
  body: string
}

/** Milliseconds after which a document is stored without its meaning, which is then added in the background. */
const PATIENCE = 3000

export function authorStore(database: Database<Tables>, embedder: Embedder, onWritten: () => void) {
  return {
    async current(principal: Principal, id: DocumentId, { signal }: Options): Promise<Current | undefined> {
      return await asReader(
        database,
        principal,
        (trx) =>
          documentsOnShelves(trx)
            .select(['d.title', 's.category', 's.visibility', 's.groups', 'd.body'])
            .where('d.tenant', '=', principal.tenant)
            .where('d.id', '=', id)
            .executeTakeFirst(),
        { signal, readOnly: true },
      )
    },

    async add(principal: Principal, draft: Draft, { signal }: Options): Promise<DocumentSummary> {
      const id = DocumentId.parse(`doc_${randomBytes(12).toString('hex')}`)
      return await write(principal, id, draft, signal, async () => undefined)
    },

    /**
     * Replace a document whose current version is the one given. Throws NotFoundError when there is none to see, and
     * ConflictError when it has changed since that version was read.
     */
    async update(
      principal: Principal,
      id: DocumentId,
      version: number,
      draft: Draft,
      { signal }: Options,
    ): Promise<DocumentSummary> {
      return await write(principal, id, draft, signal, async (trx) => {
        const before = await lockDocument(trx, principal.tenant, id)
        return assertCurrent(before, id, version)
      })
    },

    /** Throws NotFoundError and ConflictError as `update` does. */
    async remove(principal: Principal, id: DocumentId, version: number, { signal }: Options): Promise<void> {
      await asReader(
        database,
        principal,
        async (trx) => {
          const revision = await nextRevision(trx)
          const before = assertCurrent(await lockDocument(trx, principal.tenant, id), id, version)
          await removeDocument(trx, principal.tenant, revision, before)
        },
        { signal },
      )
      onWritten()
    },
  }

  async function write(
    principal: Principal,
    id: DocumentId,
    { title, category, audience, reading }: Draft,
    signal: AbortSignal,
    lock: (trx: Parameters<typeof lockDocument>[0]) => Promise<StoredDocument | undefined>,
  ): Promise<DocumentSummary> {
    if (!mayRead(principal, audience)) {
      throw new ForbiddenError(
        'You could not read this document yourself: choose a visibility and groups of your own.',
      )
    }
    const { passages } = reading
    const vectors = await embedInTime(title, passages, signal)
    const updatedAt = new Date()
    const document: NewDocument = {
      id,
      title,
      category,
      audience,
      body: reading.markdown,
      mediaType: 'text/markdown',
      updatedAt,
      updatedBy: principal.subject,
      passages,
    }
    const stored = await asReader(
      database,
      principal,
      async (trx) => {
        const revision = await nextRevision(trx)
        const before = await lock(trx)
        return await writeDocument(trx, principal.tenant, revision, document, before, vectors)
      },
      { signal },
    )
    onWritten()
    return toSummary({
      id,
      title,
      category,
      ...stored.audience,
      version: stored.version,
      updated_at: updatedAt,
    })
  }

  async function embedInTime(
    title: string,
    passages: readonly PlainPassage[],
    signal: AbortSignal,
  ): Promise<Vectors> {
    const patience = AbortSignal.timeout(PATIENCE)
    try {
      return await embedOrSkip(embedder, title, passages, { signal: AbortSignal.any([signal, patience]) })
    } catch (error) {
      signal.throwIfAborted()
      if (patience.aborted) return new Map()
      throw error
    }
  }
}

function assertCurrent(
  document: StoredDocument | undefined,
  id: DocumentId,
  version: number,
): StoredDocument {
  if (!document) throw new NotFoundError('document', id)
  if (document.version !== version) {
    throw new ConflictError(
      `version: the document is at version ${document.version} by now, not ${version}. Read it again with get_document and decide anew.`,
    )
  }
  return document
}
