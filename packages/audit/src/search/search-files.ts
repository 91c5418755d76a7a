import { listSegments, type Segment } from '../file/list-segments.ts'
import { readLines } from '../read/read-lines.ts'
import { readLinesBackwards } from '../read/read-lines-backwards.ts'
import { type AuditEntry, type AuditPage, type AuditQuery, limitOf } from './audit-query.ts'
import { isoOf, type Matching, matching } from './matching.ts'
import { cursorOf, isBefore, type Place, placeOf } from './place.ts'

/** Bytes that one search reads; it then answers with what it found and a cursor. */
const MOST_BYTES = 256 * 1024 * 1024
/** Records of one writer are in the order of their times but for so many milliseconds. */
const DISORDER = 60_000

/**
 * Look through the segments of a folder, newest records first, without holding more than it answers.
 * Throws InvalidError for a cursor that is none, and the system's error.
 */
export async function searchFiles(folder: string, query: AuditQuery): Promise<AuditPage> {
  const after = query.cursor === undefined ? undefined : placeOf(query.cursor)
  const limit = limitOf(query)
  const read = { bytes: 0 }
  const matched = matching(query)
  const sources: Source[] = []
  for (const [writer, segments] of await listSegments(folder)) {
    const entries = backwards(writer, segments, { query, after, matched, read })
    const source = { entries, next: await entries.next() }
    sources.push(source)
  }
  const found: AuditEntry[] = []
  for (let place: Place | undefined = after; ; ) {
    const newest = sources.reduce<Source | undefined>(
      (best, each) =>
        each.next.done || (best && !best.next.done && isBefore(best.next.value, each.next.value))
          ? best
          : each,
      undefined,
    )
    if (!newest || newest.next.done) return { entries: found }
    query.signal?.throwIfAborted()
    const { value } = newest.next
    if (value.isBound || found.length === limit) {
      await Promise.all(sources.map(({ entries }) => entries.return(undefined)))
      const last = value.isBound ? value : place
      return { entries: found, ...(last && { cursor: cursorOf(last) }) }
    }
    const { isBound: _, ...entry } = value
    found.push(entry)
    place = value
    newest.next = await newest.entries.next()
  }
}

interface Source {
  readonly entries: AsyncGenerator<Found>
  next: IteratorResult<Found>
}

/** A match, or the place up to which was looked when enough had been read. */
type Found = AuditEntry & { readonly isBound: boolean }

interface Looking {
  readonly query: AuditQuery
  readonly after: Place | undefined
  readonly matched: Matching
  readonly read: { bytes: number }
}

async function* backwards(
  writer: string,
  segments: readonly Segment[],
  { query, after, matched, read }: Looking,
): AsyncGenerator<Found> {
  const ends = [after && Date.parse(after.time), query.until].filter((time) => time !== undefined)
  const latest = ends.length === 0 ? undefined : isoOf(Math.min(...ends) + DISORDER)
  const earliest = query.since === undefined ? undefined : isoOf(query.since - DISORDER)
  for (const segment of segments.toReversed()) {
    // It begins after all that is asked for.
    if (latest !== undefined && (await beginOf(segment.path)) > latest) continue
    for await (const line of readLinesBackwards(segment.path, read)) {
      const isEnough = read.bytes > MOST_BYTES
      if (!isEnough && earliest === undefined && !matched.mayMatch(line)) continue
      const entry = entryOf(writer, line)
      if (!entry) continue
      if (earliest !== undefined && entry.event === 'call' && entry.time < earliest) return
      if (isEnough) yield { ...entry, isBound: true }
      else if ((!after || isBefore(after, entry)) && matched.matches(entry))
        yield { ...entry, isBound: false }
    }
  }
}

async function beginOf(path: string): Promise<string> {
  for await (const { text } of readLines(path)) return entryOf('', text)?.time ?? ''
  return ''
}

/** Undefined for a line that is no record: that is for `verify` to tell. */
function entryOf(writer: string, line: string): AuditEntry | undefined {
  try {
    const { prev: _prev, hash: _hash, signature: _signature, ...entry } = JSON.parse(line)
    return typeof entry.time === 'string' ? { ...entry, writer } : undefined
  } catch {
    return undefined
  }
}
