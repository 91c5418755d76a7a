import { InvalidError } from '@atoll/errors'
import type { AuditEntry } from './audit-query.ts'

/** Where a record stands among those of all writers: newest first. */
export type Place = Pick<AuditEntry, 'time' | 'writer' | 'seq'>

/** Whether `a` comes before `b`: it is newer, or as old and later in the order of writers and sequence. */
export function isBefore(a: Place, b: Place): boolean {
  if (a.time !== b.time) return a.time > b.time
  if (a.writer !== b.writer) return a.writer > b.writer
  return a.seq > b.seq
}

export function cursorOf({ time, writer, seq }: Place): string {
  return Buffer.from(JSON.stringify([time, writer, seq])).toString('base64url')
}

/** Throws InvalidError for what is no cursor of ours. */
export function placeOf(cursor: string): Place {
  try {
    const [time, writer, seq] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (typeof time === 'string' && typeof writer === 'string' && Number.isInteger(seq))
      return { time, writer, seq }
  } catch {
    // Said below.
  }
  throw new InvalidError('The cursor is not one that a search of the audit gave.')
}
