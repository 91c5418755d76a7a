import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { explainFileError } from './explain-file-error.ts'

/** Make the home and its folders, and prove that they can be written. Throws an AppError that says why not. */
export async function openHome(home: string): Promise<void> {
  const probe = join(home, `.probe-${process.pid}`)
  try {
    // Keys and secrets have modes of their own; PostgreSQL's user may have to pass through.
    await mkdir(join(home, 'logs'), { recursive: true, mode: 0o755 })
    await mkdir(join(home, 'run'), { recursive: true, mode: 0o755 })
    await writeFile(probe, 'x'.repeat(4096))
  } catch (error) {
    throw explainFileError(error, home)
  } finally {
    await rm(probe, { force: true }).catch(() => {})
  }
}
