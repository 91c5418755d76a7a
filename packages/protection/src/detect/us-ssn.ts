import { isEnd } from './characters.ts'
import type { Hint } from './hint.ts'
import type { NumberRun } from './number-run.ts'

const NAMED = /(?:ssn|social[ _-]?security)[^\d\n]{0,16}$/i
const LOOK_BACK = 36
const GROUPS = [3, 2, 4] as const

/**
 * Where a US social security number ends: three, two and four digits with hyphens; with spaces or nothing between only where
 * it is called one. Areas 000, 666 and 9xx, group 00 and serial 0000 are never given out.
 */
export function endOfSsn(run: NumberRun, hint: Hint): number | undefined {
  const { text, start } = run
  const isUnbroken = run.size(0) === 9
  const isGrouped = run.isWritten(GROUPS, '- ')
  const end = isUnbroken ? run.end(0) : isGrouped ? run.end(2) : undefined
  if (end === undefined || !isEnd(text, end) || text[start - 1] === '-') return undefined
  const digits = run.digits(isUnbroken ? 1 : 3)
  if (/^(?:000|666|9)/.test(digits) || digits.slice(3, 5) === '00' || digits.endsWith('0000'))
    return undefined
  if (isGrouped && run.gap(0) === '-') return end
  return hint.ssn || NAMED.test(text.slice(Math.max(0, start - LOOK_BACK), start)) ? end : undefined
}
