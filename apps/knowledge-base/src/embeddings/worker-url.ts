/** Where a worker of this folder lies: beside this file, or beside the bundle where it was built. */
export function workerUrl(name: string): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'
  return new URL(`./${name}.${extension}`, import.meta.url)
}
