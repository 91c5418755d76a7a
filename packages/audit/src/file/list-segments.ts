import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readSegmentFile, type SegmentName } from './segment-name.ts'

export interface Segment extends SegmentName {
  readonly path: string
}

/** The segments of each writer in a folder, in the order of their records. Throws the system's error. */
export async function listSegments(folder: string): Promise<ReadonlyMap<string, readonly Segment[]>> {
  const byWriter = new Map<string, Segment[]>()
  for (const file of (await readdir(folder)).sort()) {
    const name = readSegmentFile(file)
    if (!name) continue
    const segments = byWriter.get(name.writer) ?? []
    byWriter.set(name.writer, segments)
    segments.push({ ...name, path: join(folder, file) })
  }
  return byWriter
}
