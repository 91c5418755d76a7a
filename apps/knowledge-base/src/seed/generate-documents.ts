import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommandContext, withOwner } from '@atoll/database'
import { ConflictError } from '@atoll/errors'
import { fillOptions } from '@atoll/scale-data'
import { importFolder } from '../import/import-folder.ts'
import type { Tables } from '../store/tables.ts'
import { lockDocument, nextRevision, removeDocument } from '../store/write-document.ts'
import { compose, type Shape, toMarkdown } from './corpus/compose.ts'
import { readWords, type Words } from './corpus/words.ts'

const MOST_DOCUMENTS = 1_000_000
/** Two passages of some 130 tokens. */
const SHAPE: Shape = { sections: 2, paragraphs: 2, sentences: 4 }
/** Documents of different seeds are different ones. */
const SEED_DISTANCE = 10_000_019

/**
 * `seed --documents COUNT`: made-up documents in a folder, which are imported as any others: read, cut, embedded by
 * the model and stored, so that all of them are really searchable. What was interrupted goes on when it is started again.
 * Throws ConflictError when the tenant has other documents and they are not to be replaced.
 */
export async function generateDocuments({
  args,
  ...context
}: CommandContext & { ownerUrl: string }): Promise<void> {
  const { ownerUrl, signal } = context
  const { tenant, count, seed, replace } = fillOptions(args, 'documents', MOST_DOCUMENTS)
  const source = `generated ${count} of ${seed}`
  await makeRoom({ ownerUrl, tenant, source, replace, signal })
  const directory = await mkdtemp(join(tmpdir(), 'atoll-documents-'))
  try {
    await writeDocuments(directory, readWords(), {
      count,
      first: (seed * SEED_DISTANCE) % 2 ** 31,
      shape: SHAPE,
      signal,
    })
    await importFolder(context, {
      tenant,
      directory,
      source,
      defaults: { category: undefined, audience: { visibility: 'internal', groups: [] } },
      mayEmpty: false,
    })
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** Markdown files of these numbers, a hundred in a folder. */
export async function writeDocuments(
  directory: string,
  words: Words,
  { count, first = 0, shape, signal }: { count: number; first?: number; shape: Shape; signal?: AbortSignal },
): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    signal?.throwIfAborted()
    const folder = join(directory, `part-${Math.floor(number / 100)}`)
    if (number % 100 === 0) await mkdir(folder, { recursive: true })
    const text = toMarkdown(compose(words, first + number, shape))
    await writeFile(join(folder, `document-${number}.md`), text)
  }
}

interface Room {
  ownerUrl: string
  tenant: string
  source: string
  replace: boolean
  signal: AbortSignal
}

/** What the same command has stored before stays, and is gone on with. */
async function makeRoom({ ownerUrl, tenant, source, replace, signal }: Room): Promise<void> {
  await withOwner<Tables, void>(
    ownerUrl,
    async (trx) => {
      const others = await trx
        .selectFrom('documents')
        .select('id')
        .where('tenant', '=', tenant)
        .where((eb) => eb.or([eb('source', 'is', null), eb('source', '<>', source)]))
        .execute()
      if (others.length === 0) return
      if (!replace) {
        throw new ConflictError(
          `Tenant ${tenant} has documents already: name another --tenant, or --replace them.`,
        )
      }
      const revision = await nextRevision(trx)
      for (const { id } of others) {
        const document = await lockDocument(trx, tenant, id)
        if (document) await removeDocument(trx, tenant, revision, document)
      }
    },
    { tenant, signal },
  )
}
