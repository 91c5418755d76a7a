import type { AuditEvent } from '@atoll/telemetry'
import { type AuditEntry, type AuditPage, type AuditQuery, limitOf } from './audit-query.ts'
import { matching } from './matching.ts'
import { cursorOf, isBefore, placeOf } from './place.ts'
import type { RecentRing } from './recent-events.ts'

/** The same search over what is still in memory. Throws InvalidError for a cursor that is none. */
export function searchRecent(recent: RecentRing, query: AuditQuery): AuditPage {
  const after = query.cursor === undefined ? undefined : placeOf(query.cursor)
  const { matches } = matching(query)
  const limit = limitOf(query)
  const found = recent
    .latest()
    .map((event, index) => entryOf(event, recent.total - index))
    .filter((entry) => (!after || isBefore(after, entry)) && matches(entry))
  const entries = found.slice(0, limit)
  const last = entries.at(-1)
  return { entries, ...(found.length > limit && last && { cursor: cursorOf(last) }) }
}

function entryOf(event: AuditEvent, seq: number): AuditEntry {
  return { ...event, time: new Date(event.time ?? 0).toISOString(), writer: 'memory', seq }
}
