import { stat } from 'node:fs/promises'

/** Throws when it cannot be known, as where a folder above may not be entered. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
}
