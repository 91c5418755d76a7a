import type { Reading } from './extracted.ts'

/** What a thread says once when it can be asked. */
export const READY = 'ready'

export interface Question {
  bytes: Uint8Array
  name: string
}

export type Answer = { kind: 'read'; reading: Reading } | { kind: 'refused'; reason: string; cause: string }
