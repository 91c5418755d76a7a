import { open } from 'node:fs/promises'

/** Bytes. Key files are small; anything larger is the wrong file. */
const MAX_SIZE = 4 * 1024 * 1024

/**
 * A function that reads and parses a file, and answers `undefined` when it is the one it parsed last.
 * A file counts as changed by its inode, size or modification time; one that does not parse is read again.
 * Rejects with the error of the file system or of `parse`.
 */
export function changedFile<T>(path: string, parse: (text: string) => T): () => Promise<T | undefined> {
  let seen: string | undefined
  return async () => {
    await using file = await open(path)
    const { ino, size, mtimeNs } = await file.stat({ bigint: true })
    const mark = `${ino}:${size}:${mtimeNs}`
    if (mark === seen) return undefined
    if (size > MAX_SIZE) throw new Error(`${path} is larger than ${MAX_SIZE} bytes`)
    const value = parse(await file.readFile('utf8'))
    seen = mark
    return value
  }
}
