import { createHash } from 'node:crypto'
import { type Audience, DocumentId } from '../model.ts'
import type { Reading } from '../reading/extracted.ts'
import { categoryOf } from '../reading/file-name.ts'
import type { FoundDocument } from '../reading/folder/found.ts'
import type { NewDocument } from '../store/write-document.ts'

/** Of the whole import; what a file's front matter says goes before it. */
export interface Defaults {
  /** The file's folder, unless given. */
  category: string | undefined
  audience: Audience
}

export interface Described {
  document: NewDocument & { origin: NonNullable<NewDocument['origin']> }
}

/** Goes up when the same bytes would become other passages, so that an import reads them anew. */
const READER = 1

/** Tells whether a file would be stored as it is stored already. */
export function fingerprint(bytes: Uint8Array, path: string, defaults: Defaults): string {
  return createHash('sha256')
    .update(JSON.stringify([READER, path, defaults]))
    .update(bytes)
    .digest('hex')
}

export function describe({
  tenant,
  source,
  file,
  reading,
  contentHash,
  defaults,
}: {
  tenant: string
  source: string
  file: Pick<FoundDocument, 'path' | 'modified'>
  reading: Reading
  contentHash: string
  defaults: Defaults
}): Described {
  const { path } = file
  const { audience } = defaults
  return {
    document: {
      id: documentId(tenant, source, path),
      title: reading.title,
      category: reading.category ?? defaults.category ?? categoryOf(path),
      audience: {
        visibility: reading.visibility ?? audience.visibility,
        groups: reading.groups ?? audience.groups,
      },
      body: reading.markdown,
      mediaType: 'text/markdown',
      origin: { source, path, contentHash },
      updatedAt: reading.updated ? new Date(reading.updated) : file.modified,
      updatedBy: 'import',
      passages: reading.passages,
    },
  }
}

/** The same for the same file in every import, so that its URI stays good. */
function documentId(tenant: string, source: string, path: string): DocumentId {
  const digest = createHash('sha256')
    .update(JSON.stringify([tenant, source, path]))
    .digest('hex')
  return DocumentId.parse(`doc_${digest.slice(0, 24)}`)
}
