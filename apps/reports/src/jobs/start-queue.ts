import { setTimeout as pause } from 'node:timers/promises'
import { UnavailableError } from '@atoll/errors'
import type { ConnectContext } from '@atoll/server-kit'

export interface StartedQueue {
  /** Rejects with UnavailableError until the queue works. */
  check(): Promise<void>
  /** Resolves when nothing tries to start it any more. */
  stop(): Promise<void>
}

/** Milliseconds between two attempts; doubles up to the longest. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 10_000

/**
 * Start the queue, now or when the database is there and migrated: a server that starts before its database is unready,
 * not dead. Resolves after the first attempt.
 */
export async function startQueue(
  start: () => Promise<void>,
  { signal, logger }: Pick<ConnectContext, 'signal' | 'logger'>,
): Promise<StartedQueue> {
  const stopping = new AbortController()
  const ended = AbortSignal.any([signal, stopping.signal])
  let problem: unknown = new Error('It is starting')
  const attempt = async () => {
    try {
      await start()
      problem = undefined
    } catch (error) {
      problem = error
    }
    return problem === undefined
  }
  const keepTrying = async () => {
    for (let wait = FIRST_PAUSE; !ended.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      await pause(wait, undefined, { signal: ended, ref: false }).catch(() => {})
      if (ended.aborted || (await attempt())) return
    }
  }
  let trying: Promise<void> | undefined
  if (!(await attempt())) {
    logger.warn({ err: problem }, 'The queue of reports is not there yet; it is tried again')
    trying = keepTrying()
  }
  return {
    async check() {
      if (problem === undefined) return
      throw new UnavailableError('The queue of reports is not ready.', { cause: problem, retryAfter: 5 })
    },
    async stop() {
      stopping.abort()
      await trying
    },
  }
}
