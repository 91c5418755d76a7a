import { access, constants, lstat } from 'node:fs/promises'
import type { FoundDocument, Refused } from './found.ts'
import { readChecked } from './read-checked.ts'

export const LARGEST_FILE = 50_000_000

/** The file at a real path, checked without reading it. */
export async function fileAt(at: string, path: string, root: string): Promise<FoundDocument | Refused> {
  const stats = await lstat(at, { bigint: true })
  if (!stats.isFile()) return { kind: 'refused', path, reason: 'It is no regular file.' }
  if (stats.size > LARGEST_FILE) {
    return { kind: 'refused', path, reason: `It is larger than ${LARGEST_FILE / 1e6} MB.` }
  }
  await access(at, constants.R_OK)
  return {
    kind: 'document',
    path,
    size: Number(stats.size),
    modified: stats.mtime,
    read: ({ signal }) =>
      readChecked(at, { root, dev: stats.dev, ino: stats.ino, largest: LARGEST_FILE, signal }),
  }
}
