import { type Verdict, verdictOf } from '../../../src/console/verdict.ts'
import type { Call } from '../api/model.ts'
import type { Mark } from '../parts/state-mark.tsx'

type Ended = Pick<Call, 'decision' | 'outcome' | 'errorCode'>

const SHOWN: Readonly<Record<Verdict, { mark: Mark; word: string }>> = {
  answered: { mark: 'good', word: 'ok' },
  declined: { mark: 'unknown', word: 'said no' },
  failed: { mark: 'bad', word: 'failed' },
  refused: { mark: 'warning', word: 'refused' },
}

/** How a call ended, in words, and how good that is. */
export function callState(call: Ended): { mark: Mark; word: string } {
  const verdict = verdictOf(call)
  if (verdict === 'answered' && call.outcome !== 'ok')
    return { mark: 'unknown', word: call.outcome.replaceAll('_', ' ') }
  return call.outcome === 'timeout' ? { mark: 'bad', word: 'timed out' } : SHOWN[verdict]
}

export type Which = 'all' | Exclude<Verdict, 'answered'>

export function isShown(call: Ended, which: Which): boolean {
  return which === 'all' || verdictOf(call) === which
}
