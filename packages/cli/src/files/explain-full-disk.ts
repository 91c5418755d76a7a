import { readFile, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { ConflictError } from '@atoll/errors'

/** With less than this left, whatever failed has most likely failed for want of space. */
const ENOUGH = 24 * 1024 * 1024

/** A full disk shows in many ways (PostgreSQL gives up, a command ends): say so when it is one, else nothing. */
export async function explainFullDisk(home: string, cause: unknown): Promise<ConflictError | undefined> {
  const elsewhere = await readFile(join(home, 'postgres', 'location'), 'utf8').catch(() => '')
  for (const folder of [home, elsewhere.trim()].filter(Boolean)) {
    const disk = await statfs(folder).catch(() => undefined)
    if (disk !== undefined && disk.bavail * disk.bsize < ENOUGH) {
      return new ConflictError(
        `The disk that holds ${folder} is full: free some space (about 300 MB) and start again, or set ATOLL_HOME to a folder on another disk.`,
        { cause },
      )
    }
  }
  return undefined
}
