import type { Reading } from './extracted.ts'

export interface Question {
  bytes: Uint8Array
  name: string
}

export type Answer =
  | { kind: 'ready' }
  | { kind: 'read'; reading: Reading }
  | { kind: 'refused'; reason: string; cause: string }
