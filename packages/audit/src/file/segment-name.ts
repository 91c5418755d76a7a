/** One file of a chain: the records of one writer, from the one that its name tells on. */
export interface SegmentName {
  readonly writer: string
  /** Sequence number of its first record. */
  readonly first: number
}

const SHAPE = /^(.+\.[0-9a-f]{8})\.(\d{12})\.jsonl$/

export function segmentFile({ writer, first }: SegmentName): string {
  return `${writer}.${String(first).padStart(12, '0')}.jsonl`
}

/** Undefined for a file that is no segment. */
export function readSegmentFile(file: string): SegmentName | undefined {
  const [, writer, first] = SHAPE.exec(file) ?? []
  return writer === undefined ? undefined : { writer, first: Number(first) }
}

/** Where each signed checkpoint of a writer is kept once more, so that a chain cut short is found. */
export function checkpointFile(writer: string): string {
  return `${writer}.checkpoints.jsonl`
}
