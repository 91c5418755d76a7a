import type { Counter } from './counter.ts'

/** What a replica asks of a shared count, and tells it, at once. */
export interface Question {
  readonly counter: Counter
  readonly key: string
  /** When the period of a quota ends, in milliseconds since the epoch; 0 for a rate. */
  readonly until: number
  /** Units that calls wait for. */
  readonly needed: number
  /** Units that it would like to have, those included. */
  readonly wanted: number
  /** Units that it does not use; below zero, units that it used without the count. */
  readonly back: number
  /** Of a quota, the units that it knows to be used, and used by replicas alone; the count may have been lost. */
  readonly used: number
  readonly alone: number
  readonly askedAt: number
}

export interface Answer {
  readonly granted: number
  /** Units left in the shared count; below zero where replicas used more while they were alone. */
  readonly left: number
  /** Of a quota, the used units that replicas used while they were alone. */
  readonly alone: number
}
