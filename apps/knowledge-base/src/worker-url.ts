<<<<<<< HEAD
import { basename } from 'node:path'

/** Where the code of a worker is: at its place in the source, or beside `main.mjs` in the bundle. */
export function workerUrl(source: string): URL {
  const bundled = import.meta.url.endsWith('.mjs')
  return new URL(bundled ? `./${basename(source, '.ts')}.mjs` : source, import.meta.url)
=======
/** The worker at `path` (below `src`, without its ending): its source, or in a bundle its file beside `main.mjs`. */
export function workerUrl(path: string): URL {
  if (import.meta.url.endsWith('.ts')) return new URL(`./${path}.ts`, import.meta.url)
  return new URL(`./${path.slice(path.lastIndexOf('/') + 1)}.mjs`, import.meta.url)
>>>>>>> reading
}
