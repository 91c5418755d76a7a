import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { hashOf, type ReadRecord, readRecord } from '../chain/record.ts'
import type { Segment } from '../file/list-segments.ts'
import { readLines } from '../read/read-lines.ts'
import type { KnownKeys } from './known-keys.ts'

/** What a chain says of itself that was taken out for its age: records emptied in a segment, or whole segments. */
export interface Allowances {
  mayHaveExpired(segment: Segment): Promise<boolean>
  mayBeginWith(seq: number): boolean
}

const Retention = z.object({
  event: z.literal('retention'),
  emptied: z.array(z.object({ first: z.int(), digest: z.string() })).default([]),
  /** The first record that is kept. */
  keptFrom: z.int().optional(),
})

/** SHA-256 of a file, as hexadecimal digits. Throws the system's error. */
export async function digestOf(path: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(path), digest)
  return digest.digest('hex')
}

/**
 * Read them from the whole chain: a retention says so in its newest segments, about its oldest. What no good checkpoint
 * follows at once is not believed: anybody could have written it at the end.
 */
export async function readAllowances(segments: readonly Segment[], keys: KnownKeys): Promise<Allowances> {
  const digests = new Map<number, Set<string>>()
  const beginnings = new Set<number>()
  for (const segment of segments) {
    let said: ReadRecord | undefined
    for await (const { text } of readLines(segment.path)) {
      const before = said
      said = text.includes('"event":"retention"') ? readRecord(text) : undefined
      if (!before || !isVouchedFor(before, text, keys)) continue
      const { data } = Retention.safeParse(JSON.parse(before.content))
      if (!data) continue
      if (data.keptFrom !== undefined) beginnings.add(data.keptFrom)
      for (const { first, digest } of data.emptied)
        digests.set(first, (digests.get(first) ?? new Set()).add(digest))
    }
  }
  return {
    mayBeginWith: (seq) => beginnings.has(seq),
    async mayHaveExpired(segment) {
      const known = digests.get(segment.first)
      return known?.has(await digestOf(segment.path)) === true
    },
  }
}

function isVouchedFor(record: ReadRecord, next: string, keys: KnownKeys): boolean {
  const checkpoint = readRecord(next)
  if (checkpoint?.signature === undefined || hashOf(record.content) !== record.hash) return false
  if (checkpoint.prev !== record.hash || hashOf(checkpoint.content) !== checkpoint.hash) return false
  const { kid, alg } = JSON.parse(checkpoint.content)
  return keys.refusal(checkpoint.hash, checkpoint.signature, kid, alg) === undefined
}
