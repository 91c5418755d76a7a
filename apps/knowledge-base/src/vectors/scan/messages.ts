import type { Sought } from './search.ts'

/** A row as PostgreSQL sends it; the thread makes numbers of it. */
export interface StoredRow {
  passage: number
  shelf: number
  document: string
  /** Milliseconds since 1970. */
  changed: number
  /** array_send in base64. */
  embedding: string
}

/** What is now in memory under a key. */
export interface Holding {
  rows: number
  documents: number
  bytes: number
}

export interface Found {
  passages: Float64Array
  scores: Float64Array
}

/** What the scanning thread is asked; vectors of one tenant and model are held under one key. */
export type ScanRequest =
  /** Make ready for rows: in place of those of some documents, or of everything. */
  | { kind: 'begin'; key: string; dimensions: number; replaces: readonly string[] | 'everything' }
  | { kind: 'rows'; key: string; rows: readonly StoredRow[] }
  /** Let searches see the rows since `begin`. */
  | { kind: 'commit'; key: string }
  /** Forget the rows since `begin`. */
  | { kind: 'abandon'; key: string }
  | { kind: 'drop'; key: string }
  | ({ kind: 'near'; key: string } & Sought)

export interface ScanAnswers {
  begin: undefined
  rows: undefined
  commit: Holding
  abandon: undefined
  drop: undefined
  near: Found
}

export type ToThread = { id: number; request: ScanRequest } | { cancel: number }
export type FromThread = { id: number } & ({ answer: ScanAnswers[ScanRequest['kind']] } | { error: unknown })
