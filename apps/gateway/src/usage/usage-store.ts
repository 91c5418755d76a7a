import type { Days, UsageRow } from './usage-row.ts'

/** Rows that are kept together, once, however often they are handed over. */
export interface Batch {
  readonly id: string
  readonly rows: readonly UsageRow[]
}

/** Where usage is kept. */
export interface UsageStore {
  /** For messages: `PostgreSQL`. */
  readonly name: string
  keep(batch: Batch): Promise<void>
  /** All rows of these days. */
  read(days: Days): Promise<UsageRow[]>
  close(): Promise<void>
}
