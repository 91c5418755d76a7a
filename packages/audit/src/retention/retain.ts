import { rename, rm } from 'node:fs/promises'
import type { ChainedLog } from '../file/chained-log.ts'
import { listSegments, type Segment } from '../file/list-segments.ts'
import { digestOf } from '../verify/allowances.ts'
import { emptySegment } from './empty-segment.ts'
import type { Retention } from './retention.ts'

export interface RetainOptions {
  readonly folder: string
  readonly log: ChainedLog
  readonly retention: Retention
  readonly now: number
  /** Records up to here are where they were to be delivered; what is not stays as it is. */
  readonly delivered: number
}

/**
 * Empty the records of closed segments that are older than their class is kept, and remove the oldest segments once
 * nothing is left in them. The chain says so first, signed; only then are files replaced, so a crash in between leaves
 * more than was said, never less. Throws the system's error.
 */
export async function retain({ folder, log, retention, now, delivered }: RetainOptions): Promise<void> {
  const segments = (await listSegments(folder)).get(log.writer) ?? []
  const closed = segments.filter((_, index) => {
    const next = segments[index + 1]
    return next !== undefined && next.first - 1 <= delivered
  })
  const hollow: Segment[] = []
  let isOldest = true
  for (const segment of closed) {
    const { path, emptied, isHollow } = await emptySegment(segment.path, retention, now)
    if (path !== undefined) {
      const entry = { first: segment.first, digest: await digestOf(path) }
      await log.note({ event: 'retention', records: emptied, emptied: [entry] }, 'retention')
      await rename(path, segment.path)
    }
    isOldest &&= isHollow
    if (isOldest) hollow.push(segment)
  }
  const kept = segments[hollow.length]
  if (hollow.length === 0 || !kept) return
  await log.note({ event: 'retention', segments: hollow.length, keptFrom: kept.first }, 'retention')
  for (const { path } of hollow) await rm(path)
}
