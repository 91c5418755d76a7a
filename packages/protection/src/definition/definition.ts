import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'

/** The parts of a tool that tell a model what it is and what to do with it. */
export const DEFINITION_FIELDS = [
  'name',
  'title',
  'description',
  'inputSchema',
  'outputSchema',
  'annotations',
  'icons',
  'execution',
  '_meta',
] as const

export type Definition = Readonly<Partial<Record<(typeof DEFINITION_FIELDS)[number], unknown>>>

/** What of a listed tool is pinned. */
export function definitionOf(listed: Readonly<Record<string, unknown>>): Definition {
  return Object.fromEntries(
    DEFINITION_FIELDS.filter((field) => listed[field] !== undefined).map((field) => [field, listed[field]]),
  )
}

/** `sha256:` and the hash of the definition's canonical JSON, in hex. */
export function hashOf(definition: Definition): string {
  return `sha256:${createHash('sha256').update(canonicalJson(definition)).digest('hex')}`
}
