import { basename } from 'node:path'

/** Where the code of a worker is: at its place in the source, or beside `main.mjs` in the bundle. */
export function workerUrl(source: string): URL {
  const bundled = import.meta.url.endsWith('.mjs')
  return new URL(bundled ? `./${basename(source, '.ts')}.mjs` : source, import.meta.url)
}
