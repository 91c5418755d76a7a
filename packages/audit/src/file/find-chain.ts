import { randomBytes } from 'node:crypto'
import { mkdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { BEGINNING, type ChainEnd } from '../chain/chain.ts'
import { findEnd } from './find-end.ts'
import { listSegments, type Segment } from './list-segments.ts'
import { checkpointFile } from './segment-name.ts'
import { lockWriter } from './writer-lock.ts'

/** A chain to go on with, held by this process alone. */
export interface FoundChain {
  readonly writer: string
  readonly end: ChainEnd
  /** Bytes of its file of checkpoints. */
  readonly checkpointBytes: number
  /** Bytes that the last process was writing when it died; they were cut off. */
  readonly torn: number
  /** Whether its last segment holds lines that are no records. */
  readonly isDamaged: boolean
  release(): void
}

/**
 * The chain of an earlier process of this name that no living process goes on with, repaired where that one died in the
 * middle of a line; or a new one, with an id of its own. Throws the system's error.
 */
export async function findChain(folder: string, name: string): Promise<FoundChain> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const chains = [...(await listSegments(folder))].filter(([writer]) => writer.slice(0, -9) === name)
  for (const [writer, segments] of await newestFirst(chains)) {
    const release = await lockWriter(folder, writer)
    if (!release) continue
    const found = await endOf(folder, segments)
    if (found) return { writer, release, ...found, checkpointBytes: await repair(folder, writer) }
    release()
  }
  const writer = `${name}.${randomBytes(4).toString('hex')}`
  const release = (await lockWriter(folder, writer)) ?? (() => {})
  return { writer, end: BEGINNING, checkpointBytes: 0, torn: 0, isDamaged: false, release }
}

/** Undefined where nothing is left to go on from. */
async function endOf(
  folder: string,
  segments: readonly Segment[],
): Promise<Pick<FoundChain, 'end' | 'torn' | 'isDamaged'> | undefined> {
  const last = segments.at(-1)
  if (!last) return undefined
  const { last: end, whole, torn, isDamaged } = await findEnd(last.path)
  if (torn > 0 && whole > 0) await truncate(last.path, whole)
  if (end) return { end, torn, isDamaged }
  // It was made, and nothing of it was written whole.
  if (whole > 0) return undefined
  await rm(last.path)
  const before = await endOf(folder, segments.slice(0, -1))
  return before && { ...before, torn: before.torn + torn }
}

/** Cut a torn line off the checkpoints; resolves with what is left. */
async function repair(folder: string, writer: string): Promise<number> {
  const path = join(folder, checkpointFile(writer))
  const size = await stat(path).then(
    ({ size }) => size,
    () => 0,
  )
  if (size === 0) return 0
  const { whole, torn } = await findEnd(path)
  if (torn > 0) await truncate(path, whole)
  return whole
}

async function newestFirst<C extends readonly [string, readonly Segment[]]>(
  chains: readonly C[],
): Promise<readonly C[]> {
  const dated = await Promise.all(
    chains.map(async (chain) => ({ chain, at: (await stat(chain[1].at(-1)?.path ?? '')).mtimeMs })),
  )
  return dated.sort((a, b) => b.at - a.at).map(({ chain }) => chain)
}
