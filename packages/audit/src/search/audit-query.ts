import type { AuditEvent } from '@atoll/telemetry'

/** What to look for; all that is given must hold. */
export interface AuditQuery {
  readonly subject?: string | undefined
  readonly tenant?: string | undefined
  /** Who vouched for the subject: each issuer has its own `alice`. */
  readonly issuer?: string | undefined
  /** Name of the tool, resource or prompt, as it was called. */
  readonly tool?: string | undefined
  readonly outcome?: string | undefined
  /** Milliseconds since the epoch; the first that counts, and the first that no longer does. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  /** At most so many, 1 to 1000. Default 100. */
  readonly limit?: number | undefined
  /** Where an earlier answer ended. */
  readonly cursor?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** An event as it was recorded. */
export interface AuditEntry extends Omit<AuditEvent, 'time'> {
  readonly writer: string
  readonly seq: number
  /** ISO 8601, UTC. */
  readonly time: string
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[]
  /** Asks for what is older. Without it there is no more; with it there may be none. */
  readonly cursor?: string
}

export const DEFAULT_LIMIT = 100
export const MOST_ENTRIES = 1000

/** How many are wanted. */
export function limitOf({ limit = DEFAULT_LIMIT }: AuditQuery): number {
  return Math.max(1, Math.min(Math.floor(limit), MOST_ENTRIES))
}
