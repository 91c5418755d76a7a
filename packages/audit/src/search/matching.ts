import type { AuditEntry, AuditQuery } from './audit-query.ts'

/** A test of lines that costs little, and one of what they hold. */
export interface Matching {
  mayMatch(line: string): boolean
  matches(entry: AuditEntry): boolean
}

export function matching({ subject, tenant, issuer, tool, outcome, since, until }: AuditQuery): Matching {
  const wanted = Object.entries({ subject, tenant, issuer, name: tool, outcome }).filter(
    (each): each is [string, string] => each[1] !== undefined,
  )
  const texts = wanted.map(([key, value]) => `"${key}":${JSON.stringify(value)}`)
  const [from, to] = [isoOf(since), isoOf(until)]
  return {
    mayMatch: (line) => line.includes('"event":"call"') && texts.every((text) => line.includes(text)),
    matches: (entry) =>
      entry.event === 'call' &&
      wanted.every(([key, value]) => entry[key as keyof AuditEntry] === value) &&
      (from === undefined || entry.time >= from) &&
      (to === undefined || entry.time < to),
  }
}

export function isoOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString()
}
