import type { List, ListKind } from '@atoll/client'
import { type Entry, entryOf, isUseless } from './entry.ts'
import type { Exposure } from './exposure.ts'

/** One list of one server, made ready to be looked up and sent. */
export interface Section {
  readonly entries: readonly Entry[]
  readonly byExposed: ReadonlyMap<string, Entry>
  /** Every scope that an entry names, needed or optional. */
  readonly scopes: readonly string[]
  /** The entries in JSON for each era, without brackets, so that sections can be joined. */
  readonly json: EraJson
  readonly cacheScope: 'public' | 'private'
  /** Milliseconds since the epoch until which the server calls it fresh. */
  readonly freshUntil: number
  /** Entries left out, each with the reason. */
  readonly rejected: readonly string[]
}

/** The same text where nothing differs. */
export interface EraJson {
  readonly modern: string
  readonly legacy: string
}

export function jsonOf(entries: readonly Entry[]): EraJson {
  const modern = entries.map(({ listed }) => JSON.stringify(listed)).join(',')
  const isSame = entries.every(({ listed, legacy }) => listed === legacy)
  return { modern, legacy: isSame ? modern : entries.map(({ legacy }) => JSON.stringify(legacy)).join(',') }
}

export function sectionOf(exposure: Exposure, kind: ListKind, list: List, freshUntil: number): Section {
  const byExposed = new Map<string, Entry>()
  const rejected = [...list.rejected]
  for (const item of list.items) {
    const entry = entryOf(exposure, kind, item)
    if (byExposed.has(entry.exposed)) rejected.push(`${entry.original}: listed twice`)
    else if (isUseless(entry)) rejected.push(`${entry.original}: needs a scope of the gateway itself`)
    else if (exposure.isTaken(entry.exposed))
      rejected.push(`${entry.original}: would be taken for another server's`)
    else byExposed.set(entry.exposed, entry)
  }
  const entries = [...byExposed.values()]
  const json = jsonOf(entries)
  const named = entries.flatMap((entry) => [...(entry.scopes ?? []), ...entry.optionalScopes])
  const scopes = [...new Set(named)]
  return { entries, byExposed, scopes, json, rejected, cacheScope: list.cacheScope, freshUntil }
}
