import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'

/** Replace a file as a whole: readers see the old text or the new one, also after a crash or on a full disk. */
export async function writeAtomically(
  file: string,
  text: string,
  { mode = 0o600 }: { mode?: number } = {},
): Promise<void> {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    const handle = await open(temporary, 'wx', mode)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
