import { hashOf, readRecord } from '../chain/record.ts'
import { readLines } from '../read/read-lines.ts'
import type { KnownKeys } from './known-keys.ts'

/** A record that a signature vouches for. */
export interface Checkpoint {
  readonly writer: string
  readonly seq: number
  readonly hash: string
}

/**
 * The checkpoints of a file that are good: those kept beside a chain, or a copy kept elsewhere. What is no good checkpoint
 * vouches for nothing and is passed over. Throws the system's error.
 */
export async function readCheckpoints(path: string, keys: KnownKeys): Promise<readonly Checkpoint[]> {
  const found: Checkpoint[] = []
  for await (const { text } of readLines(path)) {
    const record = readRecord(text)
    if (!record || record.signature === undefined || hashOf(record.content) !== record.hash) continue
    const { kid, alg, writer } = JSON.parse(record.content)
    if (keys.refusal(record.hash, record.signature, kid, alg) === undefined)
      found.push({ writer: String(writer), seq: record.seq, hash: record.hash })
  }
  return found
}
