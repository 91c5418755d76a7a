import { z } from 'zod'
import { Bytes, Milliseconds } from './units.ts'

const LARGEST_ANSWER = 64 * 1024 * 1024
const LONGEST_STALE = 60 * 60_000
const Calls = z.int().min(1).max(100_000)

/** How calls to one server are bounded, and what happens when it does not answer. */
export const CALL_OPTIONS = {
  /** Calls at once, over all instances; half of what the gateway itself takes unless given. */
  maxCalls: Calls.optional(),
  /** Calls at once to one instance. */
  maxCallsPerInstance: Calls.default(256),
  /** The largest answer; one that is longer is cut off. */
  maxAnswer: Bytes.refine((size) => size <= LARGEST_ANSWER, 'must be at most "64mb"').prefault('5mb'),
  /** Whether a second instance is asked for what only reads, when the first takes longer than most do. */
  hedge: z.boolean().default(true),
  /** For how long an answer may be given again, marked as stale, while the server cannot be reached. Not at all unless given. */
  staleIfError: Milliseconds.refine(
    (milliseconds) => milliseconds <= LONGEST_STALE,
    'must be at most "60m"',
  ).optional(),
}
