import { endOfNir } from './french-nir.ts'
import { endOfSocialInsurance } from './german-social-insurance.ts'
import { isTaxId } from './german-tax-id.ts'
import type { Hint } from './hint.ts'
import type { NumberRun } from './number-run.ts'
import { endOfSsn } from './us-ssn.ts'

/** Where a national id ends that begins with this run of digits. Undefined for anything else. */
export function endOfNationalId(run: NumberRun, hint: Hint): number | undefined {
  const { text, start, count } = run
  if (run.size(0) === 11) return isTaxId(run.digits(1)) ? run.end(0) : undefined
  // A letter breaks the run off: after eight digits, or in a department of Corsica.
  if (count === 8) return endOfSocialInsurance(text, start)
  if (count >= 15 || isCorsican(text[run.end(run.groups - 1)])) return endOfNir(text, start)
  if (count < 9) return undefined
  if (run.isWritten(TAX_ID, ' \u00a0\u202f') && isTaxId(run.digits(4))) return run.end(3)
  return endOfSsn(run, hint)
}

const TAX_ID = [2, 3, 3, 3] as const

function isCorsican(letter: string | undefined): boolean {
  return letter === 'A' || letter === 'B' || letter === 'a' || letter === 'b'
}
