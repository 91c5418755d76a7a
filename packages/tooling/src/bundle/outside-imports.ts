import { isBuiltin } from 'node:module'
import type { OutputChunk } from 'rolldown'

/** Native or colourful extras that their package tries to load and does without. */
const OPTIONAL = new Set(['pg-native', 'supports-color', 'bufferutil', 'utf-8-validate'])

/** The modules, neither built into Node nor optional, that a bundle would look for on disk. */
export function outsideImports(chunk: Pick<OutputChunk, 'code' | 'imports' | 'dynamicImports'>): string[] {
  const required = chunk.code.matchAll(/\b__require(?:\$\w+)?\(["']([^"']+)["']\)/g)
  const all = [...chunk.imports, ...chunk.dynamicImports, ...[...required].flatMap(([, id]) => id ?? [])]
  return [...new Set(all)].filter((id) => !isBuiltin(id) && !OPTIONAL.has(id))
}
