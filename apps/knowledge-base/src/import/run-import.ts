import { InvalidError } from '@atoll/errors'
import { embedOrSkip } from '../embeddings/embed-passages.ts'
import type { Embedder } from '../embeddings/embedder.ts'
import type { Reader } from '../reading/create-reader.ts'
import { findDocuments } from '../reading/folder/find-documents.ts'
import type { FoundDocument } from '../reading/folder/found.ts'
import { shownName } from '../reading/shown-name.ts'
import type { Vectors } from '../store/write-document.ts'
import { timed } from '../timed.ts'
import { type Defaults, type Described, describe, fingerprint } from './describe.ts'
import { eachAtOnce } from './each-at-once.ts'
import { settle } from './settle.ts'
import { knownDocuments, removeGone, storeBatch } from './store-batch.ts'

export interface ImportOptions {
  ownerUrl: string
  tenant: string
  directory: string
  /** What is imported under one name replaces itself, and nothing of another name. */
  source: string
  defaults: Defaults
  /** Whether a folder without documents may remove all that came from it. */
  mayEmpty: boolean
  reader: Reader
  embedder: Embedder
  progress(total: number): { update(done: number, doing: string): void; stop(): void }
  signal: AbortSignal
}

export interface Refused {
  path: string
  reason: string
}

export interface Outcome {
  added: number
  changed: number
  unchanged: number
  removed: number
  /** Stored by this import. */
  passages: number
  /** Of them those without a vector, as the model could not be asked. */
  unembedded: number
  refused: Refused[]
  /** Files by extension that are no documents. */
  skipped: ReadonlyMap<string, number>
}

/** A document on its way into the tables. */
export interface Prepared extends Described {
  vectors: Vectors
}

/** Files that are read and embedded side by side. */
const AT_ONCE = 16
/** Documents that are stored together: what an interruption costs at most. */
const BATCH = 20

/**
 * Bring the documents of a tenant that come from a folder up to date. Every batch is one transaction, so that after
 * an interruption the next import goes on; two at once wait for each other batch by batch and store nothing twice.
 */
export async function runImport(options: ImportOptions): Promise<Outcome> {
  const { ownerUrl, tenant, directory, source, defaults, mayEmpty, signal } = options
  const { files, refused, skipped } = await listFolder(directory, signal)
  const known = await knownDocuments(options)
  if (files.length === 0 && known.size > 0 && !mayEmpty) {
    throw new InvalidError(
      `${directory} holds no documents, but ${known.size} were imported from "${source}" before. Nothing was changed. Check --dir and --source, or repeat with --empty to remove them all.`,
    )
  }
  const outcome: Outcome = {
    added: 0,
    changed: 0,
    unchanged: 0,
    removed: 0,
    passages: 0,
    unembedded: 0,
    refused: [...refused],
    skipped,
  }
  const bar = options.progress(files.length)
  let done = 0
  let batch: Prepared[] = []
  let storing = Promise.resolve()

  const store = async (documents: readonly Prepared[]) => {
    const stored = await timed('store', () => storeBatch(options, documents))
    outcome.added += stored.added
    outcome.changed += stored.changed
    outcome.unchanged += stored.unchanged
    outcome.passages += stored.passages
    outcome.unembedded += stored.unembedded
  }
  /** One batch after the other, and never more waiting than one. */
  const flush = async (least: number) => {
    if (batch.length < least) return
    const documents = batch
    batch = []
    const before = storing
    storing = before.then(() => store(documents))
    // The error is thrown by whoever waits for it next.
    storing.catch(() => {})
    await before
  }

  async function take(file: FoundDocument): Promise<void> {
    try {
      const bytes = await file.read({ signal })
      const contentHash = fingerprint(bytes, file.path, defaults)
      if (known.get(file.path) === contentHash) {
        outcome.unchanged += 1
        return
      }
      const reading = await timed('read', () => options.reader.read(bytes, file.path, { signal }))
      const described = describe({ tenant, source, file, reading, contentHash, defaults })
      const { title, passages } = described.document
      const vectors = await timed('embed', () => embedOrSkip(options.embedder, title, passages, { signal }))
      batch.push({ ...described, vectors })
      await flush(BATCH)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof InvalidError)) throw error
      outcome.refused.push({ path: file.path, reason: error.message })
    } finally {
      done += 1
      bar.update(done, shownName(file.path))
    }
  }

  try {
    await eachAtOnce(files, AT_ONCE, take, signal)
    await flush(1)
    await storing
    const present = [...files.map(({ path }) => path), ...refused.map(({ path }) => path)]
    outcome.removed = await removeGone(options, present)
  } finally {
    bar.stop()
  }
  outcome.refused.sort((a, b) => (a.path < b.path ? -1 : 1))
  if (outcome.added + outcome.changed + outcome.removed > 0) await settle(ownerUrl, tenant, signal)
  return outcome
}

/** All of a folder at once: what is there no more can be told only from the whole. */
async function listFolder(
  directory: string,
  signal: AbortSignal,
): Promise<{ files: FoundDocument[]; refused: Refused[]; skipped: Map<string, number> }> {
  const files: FoundDocument[] = []
  const refused: Refused[] = []
  const skipped = new Map<string, number>()
  for await (const found of findDocuments(directory, { signal })) {
    if (found.kind === 'document') files.push(found)
    else if (found.kind === 'refused') refused.push({ path: found.path, reason: found.reason })
    else skipped.set(found.extension, found.count)
  }
  return { files, refused, skipped }
}
