import { isDigit } from './characters.ts'
import { passesLuhn } from './luhn.ts'
import type { NumberRun } from './number-run.ts'

/** How cards are embossed; a run without separators is one group. */
const WRITINGS = [
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 6, 4],
  [4, 4, 4, 4, 3],
  [4, 4, 4, 4, 2],
  [8, 8],
  [6, 10],
] as const
const SEPARATORS = ' -.\u00a0\u202f\u2009\u2011\u2013'

/**
 * Where a payment card ends that begins with this run: known issuer, right length, right check digit. Undefined for
 * anything else. Numbers of 13 digits are left alone: no issuer makes them any more, and they are what barcodes have.
 */
export function endOfCard(run: NumberRun): number | undefined {
  const size = run.size(0)
  if (size < 4 || lengthsOf(Number(run.text.slice(run.start, run.start + 4))) === undefined) return undefined
  if (size >= 14) return size <= 19 && isWhole(run, 1) && isCard(run.digits(1)) ? run.end(0) : undefined
  if (size > 8 || run.count < 14) return undefined
  for (const sizes of WRITINGS) {
    if (run.isWritten(sizes, SEPARATORS) && isWhole(run, sizes.length) && isCard(run.digits(sizes.length)))
      return run.end(sizes.length - 1)
  }
  return undefined
}

/** Whether digits are those of a card. */
export function isCard(digits: string): boolean {
  const lengths = lengthsOf(Number(digits.slice(0, 4)))
  return (
    lengths !== undefined && digits.length >= lengths[0] && digits.length <= lengths[1] && passesLuhn(digits)
  )
}

/** `0.4111111111111111` is a fraction, and a hyphen joins what belongs together. */
function isWhole(run: NumberRun, groups: number): boolean {
  const { text, start } = run
  const end = run.end(groups - 1)
  const followsDigit = isDigit(text.charCodeAt(start - 2))
  const isFraction = text[start - 1] === '.' && followsDigit
  const goesOn = groups === 1 && text[end] === '.' && isDigit(text.charCodeAt(end + 1))
  return !isFraction && !goesOn && !(text[start - 1] === '-' && followsDigit)
}

/** Least and most digits of an issuer's cards, by their first four (ISO/IEC 7812 as the networks publish it). */
function lengthsOf(prefix: number): readonly [number, number] | undefined {
  const two = Math.floor(prefix / 100)
  if (prefix >= 4000 && prefix <= 4999) return VISA
  if ((two >= 51 && two <= 55) || (prefix >= 2221 && prefix <= 2720)) return SIXTEEN
  if (two === 34 || two === 37) return AMEX
  if (two === 36 || two === 38 || two === 39 || (prefix >= 3000 && prefix <= 3059) || prefix === 3095)
    return DINERS
  if (prefix === 6011 || (prefix >= 6440 && prefix <= 6599)) return LONG
  if (prefix >= 3528 && prefix <= 3589) return LONG
  if (two === 62 || two === 81) return LONG
  if (prefix >= 2200 && prefix <= 2204) return LONG
  return MAESTRO.has(prefix) ? LONG : undefined
}

const SIXTEEN = [16, 16] as const
const VISA = [16, 19] as const
const AMEX = [15, 15] as const
const DINERS = [14, 19] as const
/** Discover, JCB, UnionPay, Mir, Maestro. */
const LONG = [16, 19] as const
const MAESTRO: ReadonlySet<number> = new Set([5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763])
