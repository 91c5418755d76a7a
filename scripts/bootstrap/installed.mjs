import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Whether node_modules holds what pnpm-lock.yaml asks for, by our stamp or by pnpm's own record. */
export function isInstalled(root) {
  const modules = join(root, 'node_modules')
  const lock = read(join(root, 'pnpm-lock.yaml'))
  const stamp = read(stampFile(root))
  if (stamp === INSTALLING || read(join(modules, '.modules.yaml')) === undefined) return false
  return stamp === stampOf(lock) || (lock !== undefined && lock === read(join(modules, '.pnpm', 'lock.yaml')))
}

/** The stamp of an install under way; left behind by one that was killed, it makes the next start install again. */
export const INSTALLING = 'installing\n'

export function stampFile(root) {
  return join(root, 'node_modules', '.atoll-install')
}

/** The stamp of node_modules that fit this pnpm-lock.yaml, on this kind of machine. */
export function stampOf(lock = '') {
  const hash = createHash('sha256').update(lock).digest('hex')
  return `${hash} ${process.platform}-${process.arch}\n`
}

/** The text of a file, or undefined when there is none. */
export function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  }
}
