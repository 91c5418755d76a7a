/** The worker at `path` (below `src`, without its ending): its source, or in a bundle its file beside `main.mjs`. */
export function workerUrl(path: string): URL {
  if (import.meta.url.endsWith('.ts')) return new URL(`./${path}.ts`, import.meta.url)
  return new URL(`./${path.slice(path.lastIndexOf('/') + 1)}.mjs`, import.meta.url)
}
