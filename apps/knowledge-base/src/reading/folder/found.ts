/** A file that can be read, or why one cannot, or how many are of a kind that is not read. */
export type Found = FoundDocument | Refused | Skipped

export interface FoundDocument {
  kind: 'document'
  /** Below the folder, with `/`; for a message or a terminal use `shownName(path)`. */
  path: string
  /** Bytes. */
  size: number
  modified: Date
  /** The bytes of the file that was found. Throws InvalidError when it is another by now, or cannot be read. */
  read(options: { signal: AbortSignal }): Promise<Uint8Array>
}

export interface Refused {
  kind: 'refused'
  path: string
  /** Begins with "It". */
  reason: string
}

export interface Skipped {
  kind: 'skipped'
  /** Lower case without the dot; empty for files that have none. */
  extension: string
  count: number
}
