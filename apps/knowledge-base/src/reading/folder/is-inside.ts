import { sep } from 'node:path'

/** Whether a real path is the folder itself or lies in it. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}
