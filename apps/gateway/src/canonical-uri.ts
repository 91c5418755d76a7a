import type { Entry } from './entry.ts'
import type { Section } from './section.ts'

/**
 * The one spelling of a URI that stands for all that mean the same: as `URL` writes it, which is what many servers look up, and
 * with nothing escaped that need not be (RFC 3986 section 6.2.2).
 */
export function canonicalUri(uri: string): string {
  const written = URL.canParse(uri) ? new URL(uri).href : uri.trim()
  return written.replace(ESCAPED, (escaped, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return UNRESERVED.test(character) ? character : escaped.toUpperCase()
  })
}

const ESCAPED = /%([0-9a-f]{2})/gi
const UNRESERVED = /^[\w.~-]$/

const spelled = new WeakMap<Section, ReadonlyMap<string, Entry>>()

/** The entry that a list has under any spelling of this URI of its server. */
export function entryOfSpelling(section: Section, canonical: string): Entry | undefined {
  const known = spelled.get(section)
  if (known) return known.get(canonical)
  const entries = new Map(section.entries.map((entry) => [canonicalUri(entry.original), entry]))
  spelled.set(section, entries)
  return entries.get(canonical)
}
