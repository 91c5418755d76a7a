import { access, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { InvalidError } from '@atoll/errors'
import { listSegments, type Segment } from '../file/list-segments.ts'
import { checkpointFile, readSegmentFile } from '../file/segment-name.ts'
import { readLines } from '../read/read-lines.ts'
import { readAllowances } from './allowances.ts'
import { type Checkpoint, readCheckpoints } from './checkpoint.ts'
import { KnownKeys } from './known-keys.ts'
import type { Verdict } from './verdict.ts'
import { verifyChain } from './verify-chain.ts'

export interface VerifyOptions {
  /** A folder of chains, or one segment. */
  readonly path: string
  /** Public keys (JWK) that may have signed; those that the chains name themselves unless given. */
  readonly keys?: readonly object[]
  /** A file of checkpoints that was kept elsewhere. */
  readonly checkpoints?: string
}

/**
 * Look at every record of every chain: whether one was changed, removed, moved, put in between, or cut off at the end.
 * Throws InvalidError where there is nothing to look at.
 */
export async function verifyAudit({ path, keys, checkpoints }: VerifyOptions): Promise<readonly Verdict[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => {
      throw new InvalidError(`There is no ${path}.`)
    },
  )
  const folder = isFolder ? path : dirname(path)
  const chains = await listSegments(folder)
  const name = readSegmentFile(basename(path))
  if (!isFolder && !name) throw new InvalidError(`${path} is no file of an audit: those end in .jsonl.`)
  const wanted = isFolder ? [...chains.keys()] : [name?.writer ?? '']
  const cutOff = isFolder ? await writersWithout(folder, chains) : []
  if (wanted.length + cutOff.length === 0) throw new InvalidError(`There is no audit in ${path}.`)
  const verdicts: Verdict[] = []
  for (const writer of [...wanted, ...cutOff]) {
    const known = new KnownKeys(keys)
    const all = chains.get(writer) ?? []
    // Before the segments: a chain that is being written goes on meanwhile.
    await claims(all, known)
    const kept = [join(folder, checkpointFile(writer)), ...(checkpoints === undefined ? [] : [checkpoints])]
    const signed = await Promise.all(kept.map((file) => checkpointsOf(file, known)))
    const segments = isFolder ? all : all.filter((segment) => basename(segment.path) === basename(path))
    const isNewest = isFolder || segments.at(-1) === all.at(-1)
    verdicts.push(
      await verifyChain({
        writer,
        segments,
        keys: known,
        checkpoints: isNewest ? signed.flat().filter((each) => each.writer === writer) : [],
        allowed: await readAllowances(all, known),
        isPart: !isFolder,
      }),
    )
  }
  return verdicts
}

/** Writers of whom only the checkpoints are left. */
async function writersWithout(folder: string, chains: ReadonlyMap<string, unknown>): Promise<string[]> {
  const suffix = checkpointFile('')
  const files = (await readdir(folder)).filter((file) => file.endsWith(suffix))
  return files.map((file) => file.slice(0, -suffix.length)).filter((writer) => !chains.has(writer))
}

/** The keys that segments name are needed before the first of their checkpoints is looked at. */
async function claims(segments: readonly Segment[], keys: KnownKeys): Promise<void> {
  for (const { path } of segments) {
    for await (const { text } of readLines(path)) {
      try {
        keys.claimed(JSON.parse(text).key)
      } catch {
        // It is reported when its turn comes.
      }
      break
    }
  }
}

async function checkpointsOf(path: string, keys: KnownKeys): Promise<readonly Checkpoint[]> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  return isThere ? readCheckpoints(path, keys) : []
}
