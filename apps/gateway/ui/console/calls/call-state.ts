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

/** What the gateway notes by itself, and somebody should look at. */
const WARNINGS: ReadonlySet<string> = new Set(['definition', 'budget'])

/** How a call ended, in words, and how good that is. */
export function callState(call: Ended & Pick<Call, 'kind' | 'subject'>): { mark: Mark; word: string } {
  const verdict = verdictOf(call)
  const { kind, outcome, subject } = call
  if (verdict !== 'answered')
    return outcome === 'timeout' ? { mark: 'bad', word: 'timed out' } : SHOWN[verdict]
  if (outcome !== 'ok') return { mark: 'unknown', word: outcome.replaceAll('_', ' ') }
  return WARNINGS.has(kind) && subject === undefined ? { mark: 'warning', word: 'noted' } : SHOWN.answered
}

export type Which = 'all' | Exclude<Verdict, 'answered'>

export function isShown(call: Ended, which: Which): boolean {
  return which === 'all' || verdictOf(call) === which
}
