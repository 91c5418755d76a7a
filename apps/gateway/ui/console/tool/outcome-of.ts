import { AskError, wordsOf } from '../api/ask.ts'
import type { CallAnswer, ToolResult } from '../api/model.ts'

/** How a call ended, in words. */
export interface Outcome {
  readonly kind: 'done' | 'refused' | 'limited' | 'failed' | 'unfinished'
  readonly title: string
  /** What was said instead of a result. */
  readonly words?: string
  readonly code?: string
  /** Seconds. */
  readonly retryAfter?: number
  readonly result?: ToolResult
}

const REFUSED = /FORBIDDEN|UNAUTHORIZED|DENIED|DISABLED|SCOPE|POLICY|REFUSED|QUARANTINE/
const LIMITED = /LIMITED|BUDGET|QUOTA/
/** Where a tool's failed result says more for programs. */
const ERROR_META = 'dev.atoll/error'

export function outcomeOf(tried: { answer: CallAnswer } | { error: unknown }): Outcome {
  if ('error' in tried) {
    const { error } = tried
    const { code, retryAfter } = error instanceof AskError ? error : {}
    return failure({ words: wordsOf(error), code: code ?? 'PAGE', retryAfter })
  }
  const { result, error } = tried.answer
  if (error) {
    const { code, message, data } = error
    return failure({
      words: message,
      code: data?.code ?? String(code ?? 'ERROR'),
      retryAfter: data?.retryAfter,
    })
  }
  if (!result) return failure({ words: 'The gateway gave no answer.', code: 'EMPTY' })
  if (result.isError) {
    const words = (result.content ?? []).flatMap(({ text }) => text ?? []).join('\n')
    const meta = (result._meta?.[ERROR_META] ?? {}) as { code?: string; retryAfter?: number }
    const code = meta.code ?? /^([A-Z][A-Z_]+): /.exec(words)?.[1] ?? 'TOOL_ERROR'
    return {
      ...failure({ words: words.replace(/^[A-Z][A-Z_]+: /, ''), code, retryAfter: meta.retryAfter }),
      result,
    }
  }
  if (result.resultType === 'input_required')
    return {
      kind: 'unfinished',
      title: 'The tool asks back',
      words:
        'It wants an answer before it goes on, which this page does not give. Call it from a client that does.',
      result,
    }
  if (result.resultType === 'task')
    return { kind: 'unfinished', title: 'The tool works on it', words: 'It goes on as a task.', result }
  return { kind: 'done', title: 'Result', result }
}

function failure({
  words,
  code,
  retryAfter,
}: {
  words: string
  code: string
  retryAfter?: number | undefined
}): Outcome {
  const kind = LIMITED.test(code) ? 'limited' : REFUSED.test(code) ? 'refused' : 'failed'
  const title = { limited: 'Not now: a limit is reached', refused: 'Refused', failed: 'Failed' }[kind]
  return { kind, title, words, code, ...(retryAfter !== undefined && { retryAfter }) }
}
