/** A record on its way to another place. */
export interface Delivered {
  readonly seq: number
  /** The record as it is in the file, without the line feed. */
  readonly line: string
}

/** Where records go beside their file. */
export interface Sink {
  readonly name: string
  /** The last record of this writer that arrived; 0 where none did. Rejects while the place is away. */
  last(writer: string): Promise<number>
  /** Hand over records in their order. Rejects while the place is away; what is sent twice must arrive once. */
  send(writer: string, records: readonly Delivered[]): Promise<void>
  close(): Promise<void>
}
