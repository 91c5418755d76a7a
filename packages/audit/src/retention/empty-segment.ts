import { open, rm } from 'node:fs/promises'
import { readRecord } from '../chain/record.ts'
import { readLines } from '../read/read-lines.ts'
import type { Retention } from './retention.ts'

/** What a segment would be without what is too old. */
export interface Emptied {
  /** The new segment, beside the old one; undefined where nothing changes. */
  readonly path: string | undefined
  readonly emptied: number
  /** Whether it holds nothing but emptied records and the chain's own. */
  readonly isHollow: boolean
}

/**
 * Write a segment anew without what is too old: of such a record its place, the hash of the one before and its own stay, so
 * that the chain holds. Throws the system's error.
 */
export async function emptySegment(segment: string, retention: Retention, now: number): Promise<Emptied> {
  const path = `${segment}.tmp`
  const file = await open(path, 'w', 0o600)
  let emptied = 0
  let isHollow = true
  try {
    for await (const { text } of readLines(segment)) {
      const kept = emptiedLine(text, retention, now)
      if (kept !== text) emptied += 1
      else if (text.includes('"event":"call"') || text.includes('"event":"gap"')) isHollow = false
      await file.write(`${kept}\n`)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  if (emptied > 0) return { path, emptied, isHollow }
  await rm(path)
  return { path: undefined, emptied, isHollow }
}

function emptiedLine(text: string, retention: Retention, now: number): string {
  if (!text.includes('"event":"call"')) return text
  const record = readRecord(text)
  if (!record) return text
  const { event, time, data = 'internal' } = JSON.parse(text)
  const age = retention[data as keyof Retention]
  if (event !== 'call' || age === undefined || now - Date.parse(time) < age) return text
  const { seq, prev, hash } = record
  return `{"seq":${seq},"prev":"${prev}","event":"expired","hash":"${hash}"}`
}
