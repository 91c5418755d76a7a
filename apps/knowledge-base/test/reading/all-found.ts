import { findDocuments } from '../../src/reading/folder/find-documents.ts'
import type { Found } from '../../src/reading/folder/found.ts'

const { signal } = new AbortController()

export async function allFound(path: string): Promise<Found[]> {
  const all: Found[] = []
  for await (const found of findDocuments(path, { signal })) all.push(found)
  return all
}

/** A line for each. */
export function told(found: readonly Found[]): string[] {
  return found.map((one) => {
    if (one.kind === 'skipped') return `${one.count} .${one.extension}`
    return one.kind === 'document' ? one.path : `${one.path}: ${one.reason}`
  })
}
