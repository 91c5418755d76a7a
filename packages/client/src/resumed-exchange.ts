import type { Dispatcher } from 'undici'
import type { Credentials } from './credentials.ts'
import { type Answer, exchange, type Post } from './exchange.ts'
import { TransportFailure } from './failure.ts'
import { LONGEST_TIMER } from './longest-timer.ts'
import { Patience } from './patience.ts'
import { pause } from './pause.ts'
import { lastEventId, type ResumePoint } from './sse.ts'
import { NoTokenError, tokenFor } from './token-for.ts'

export interface ResumeOptions {
  readonly pool: Dispatcher
  readonly credentials: Credentials
  /** How often in a row it may fail to go on. */
  readonly mostFailures: number
}

/** Milliseconds before the rest of a stream is asked for, where its server does not say, and at least. */
const PAUSE = { unsaid: 500, least: 50 }
const MOST_STREAMS = 1000
/** A token has expired, the server still holds the connection that broke, or has no time: it may go better later. */
const PASSING: ReadonlySet<number> = new Set([401, 409, 429, 500, 502, 503, 504])

/**
 * `exchange` with a server of the 2025 era, which may end a stream before it has answered and be asked for the rest of it
 * (MCP 2025-11-25 streamable HTTP, Sending Messages to the Server, and Resumability and Redelivery), all in the time and
 * with the bytes of one answer. Throws TransportFailure, `broken` where the server does not go on.
 */
export async function resumedExchange(post: Post, options: ResumeOptions): Promise<Answer> {
  const { timeout, isTheirTurn = () => true, maxAnswer } = post
  const patience = new Patience(timeout, isTheirTurn, post.signal)
  const allowance = maxAnswer === undefined ? undefined : { bytes: maxAnswer }
  const first: Post = { ...post, timeout: LONGEST_TIMER, signal: patience, allowance }
  let wasSent = false
  try {
    const answer = await answerOrBreak(() => exchange(options.pool, first))
    if (!(answer instanceof TransportFailure)) return answer
    wasSent = answer.sent
    return await restOf(first, answer, options)
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error
    const reason = patience.isOver ? 'deadline' : error.reason
    throw new TransportFailure(reason, wasSent || error.sent, error.cause)
  } finally {
    patience.release()
  }
}

async function restOf(post: Post, broken: TransportFailure, options: ResumeOptions): Promise<Answer> {
  let { resumeAt } = broken
  let isRefused = false
  for (let streams = 1, failures = 0; resumeAt && streams < MOST_STREAMS; streams++) {
    const point: ResumePoint = resumeAt
    await pause(Math.max(point.retry ?? PAUSE.unsaid, PAUSE.least), post.signal)
    const answer = await answerOrBreak(() => askAt(point, post, options, isRefused))
    if (answer instanceof TransportFailure) {
      // A server may end one stream after the other, as long as each of them begins.
      failures = answer.resumeAt ? 0 : failures + 1
      resumeAt = answer.resumeAt ?? point
    } else if (answer.status < 300) {
      return answer
    } else if (PASSING.has(answer.status)) {
      failures++
      isRefused = answer.status === 401
    } else {
      break
    }
    if (failures > options.mostFailures) break
  }
  throw broken
}

/** Ask for the rest of the stream, with the token that is good by now. */
async function askAt(
  resumeAt: ResumePoint,
  { body: _, ...post }: Post,
  { pool, credentials }: ResumeOptions,
  isRefused: boolean,
): Promise<Answer> {
  const { 'content-type': _type, ...headers } = post.headers
  const { signal } = post
  const waiting = {
    credentials,
    deadline: performance.now() + LONGEST_TIMER,
    options: signal ? { signal } : {},
  }
  const token = await tokenFor(waiting, isRefused ? { fresh: true } : undefined)
  headers.accept = 'text/event-stream'
  headers['last-event-id'] = lastEventId(resumeAt)
  if (token !== undefined) headers.authorization = `Bearer ${token}`
  return await exchange(pool, { ...post, headers, resumeAt })
}

/** The answer, or how the connection broke. Throws TransportFailure for what no further stream can mend. */
async function answerOrBreak(ask: () => Promise<Answer>): Promise<Answer | TransportFailure> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof NoTokenError) return new TransportFailure('broken', true, error)
    const isBreak =
      error instanceof TransportFailure && (error.reason === 'broken' || error.reason === 'connect')
    if (isBreak) return error
    throw error
  }
}
