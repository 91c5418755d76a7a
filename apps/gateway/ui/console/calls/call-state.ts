import type { Call } from '../api/model.ts'
import type { Mark } from '../parts/state-mark.tsx'

/** How a call ended, in words, and how good that is. */
export function callState({ decision, outcome }: Pick<Call, 'decision' | 'outcome'>): {
  mark: Mark
  word: string
} {
  if (decision === 'refused' || outcome === 'refused') return { mark: 'bad', word: 'refused' }
  if (outcome === 'ok') return { mark: 'good', word: 'ok' }
  const word = outcome.replaceAll('_', ' ')
  return { mark: isError(outcome) ? 'warning' : 'unknown', word }
}

export type Which = 'all' | 'refused' | 'errors'

export function isShown({ decision, outcome }: Pick<Call, 'decision' | 'outcome'>, which: Which): boolean {
  const isRefused = decision === 'refused' || outcome === 'refused'
  if (which === 'all') return true
  return which === 'refused' ? isRefused : !isRefused && isError(outcome)
}

function isError(outcome: string): boolean {
  return ['error', 'tool_error', 'timeout'].includes(outcome)
}
