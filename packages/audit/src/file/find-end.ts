import { type FileHandle, open } from 'node:fs/promises'
import type { ChainEnd } from '../chain/chain.ts'
import { hashOf, readRecord } from '../chain/record.ts'

/** How a segment ends. */
export interface SegmentEnd {
  /** The last whole record with a right hash; undefined where there is none. */
  readonly last: ChainEnd | undefined
  /** Bytes of whole lines; what comes after was being written when the process died, and nobody waited for it. */
  readonly whole: number
  readonly torn: number
  /** Whether whole lines come after the last good record: no crash does that. */
  readonly isDamaged: boolean
}

const STEP = 64 * 1024
/** A record is at most a few kilobytes; further back nothing is looked for. */
const FURTHEST = 1024 * 1024

/** Read a segment's end, from the back. Throws the system's error. */
export async function findEnd(path: string): Promise<SegmentEnd> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    for (let length = STEP; ; length *= 2) {
      const start = Math.max(0, size - length)
      const found = endOf(await readFrom(file, start, size), start)
      if (found.last || start === 0 || length >= FURTHEST) return found
    }
  } finally {
    await file.close()
  }
}

async function readFrom(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start)
  await file.read(bytes, 0, bytes.length, start)
  return bytes
}

function endOf(bytes: Buffer, start: number): SegmentEnd {
  const lastFeed = bytes.lastIndexOf(0x0a)
  const whole = lastFeed === -1 ? 0 : start + lastFeed + 1
  const torn = start + bytes.length - whole
  const lines = bytes
    .toString('utf8', 0, lastFeed + 1)
    .split('\n')
    .slice(0, -1)
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const record = readRecord(lines[index] ?? '')
    if (record && hashOf(record.content) === record.hash) {
      const { seq, hash } = record
      return { last: { seq, hash }, whole, torn, isDamaged: index < lines.length - 1 }
    }
  }
  return { last: undefined, whole, torn, isDamaged: lines.length > 0 }
}
