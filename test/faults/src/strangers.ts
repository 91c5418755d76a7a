import { setTimeout as pause } from 'node:timers/promises'
import type { Outcome } from './load.ts'
import { post } from './post.ts'

/** One call of somebody who was never there before. */
export interface Strange extends Outcome {
  readonly token: string
  /** For whom the server did it. */
  readonly whose: string | undefined
  /** What a failure says for programs. */
  readonly error: { retryable?: boolean; retryAfter?: number } | undefined
}

export interface StrangersOptions {
  readonly mcp: string
  readonly tool: string
  /** A token of the person with this name. */
  signIn(subject: string): Promise<string>
  /** Calls that each makes at once. */
  readonly atOnce?: number
  /** Milliseconds between one stranger and the next. */
  readonly rest?: number
}

let last = 0

/** People who come one after the other, with some calls at once each. Resolves, once stopped, when the last has an answer. */
export function startStrangers({ mcp, tool, signIn, atOnce = 3, rest = 40 }: StrangersOptions) {
  const calls: Promise<Strange>[] = []
  let isStopped = false
  const coming = (async () => {
    while (!isStopped) {
      const subject = `stranger-${++last}`
      const token = await signIn(subject)
      for (let at = 0; at < atOnce; at++) calls.push(call(mcp, tool, token, subject))
      await pause(rest)
    }
  })()
  return {
    async stop(): Promise<Strange[]> {
      isStopped = true
      await coming
      return await Promise.all(calls)
    },
  }
}

async function call(mcp: string, tool: string, token: string, subject: string): Promise<Strange> {
  const start = performance.now()
  try {
    const response = await post(mcp, token, 'tools/call', { name: tool, arguments: { id: subject } })
    const { result } = (await response.json()) as { result?: Result }
    const error = result?._meta?.['dev.atoll/error']
    const { id: about, whose } = result?.structuredContent ?? {}
    const outcome = error?.code ?? (result && !result.isError ? 'ok' : `HTTP ${response.status}`)
    return { id: subject, token, outcome, about, whose, error, took: performance.now() - start }
  } catch {
    const nothing = { about: undefined, whose: undefined, error: undefined }
    return { id: subject, token, outcome: 'lost', ...nothing, took: performance.now() - start }
  }
}

interface Result {
  isError?: boolean
  structuredContent?: { id?: string; whose?: string }
  _meta?: { 'dev.atoll/error'?: { code: string; retryable?: boolean; retryAfter?: number } }
}
