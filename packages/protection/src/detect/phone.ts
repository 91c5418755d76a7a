import { isEnd, isLetter, isStart } from './characters.ts'
import type { Finding } from './detector.ts'
import type { Hint } from './hint.ts'
import type { NumberRun } from './number-run.ts'

/** Assigned country codes (ITU-T E.164). */
const COUNTRY =
  /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-69]\d|3[578]\d|42\d|5[09]\d|6[789]\d|8[05789]\d|9[679]\d)/
const DATE = /^(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{2}){1,2}|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?!\d)/
const NAMED = /\b(?:tele)?(?:phone|tel|telefon|fax|mobile|mobil|cell|handy|whatsapp)\b[^\d\n]{0,12}$/i
const LOOK_BACK = 26
const LONGEST = 15

/**
 * A phone number that begins with this run: in full (`+49 30 …`, `0049 …`), as countries write theirs (`(503) 555-0100`,
 * `0621/08460`), or in any way where it is called one.
 */
export function phoneAt(run: NumberRun, hint: Hint): Finding | undefined {
  const { text, start, count } = run
  if (count < 6) return undefined
  const before = text[start - 1]
  if (before === '+') return international(run)
  if (before === '(' && text[run.end(0)] === ')') return inParentheses(run, hint)
  if (before === '-' || (before !== '(' && !isStart(text, start))) return undefined
  const shaped = writtenInShape(run)
  if (shaped !== undefined) return found(run, start, shaped)
  const groups = writtenFreely(run) ?? (isNamed(run, hint) ? groupsWithin(run, 6) : undefined)
  // In a field for phone numbers there are no dates.
  if (groups === undefined || (!hint.phone && DATE.test(text.slice(start, start + 11)))) return undefined
  return found(run, start, groups)
}

function international(run: NumberRun): Finding | undefined {
  const groups = groupsWithin(run, 8)
  const { text, start } = run
  if (groups === undefined || !COUNTRY.test(run.digits(groups))) return undefined
  return isStart(text, start - 1) ? found(run, start - 1, groups) : undefined
}

/** `(503) 555-0100`, `(02) 201 24 67`; an area of one digit only before seven with a hyphen, else it is the number of a note. */
function inParentheses(run: NumberRun, hint: Hint): Finding | undefined {
  const area = run.size(0)
  const groups = groupsWithin(run, 7)
  if (groups === undefined || groups < 2 || area > 5) return undefined
  const isNote = area === 1 && !(run.size(1) === 3 && run.size(2) === 4 && run.gap(1) === '-')
  if ((isNote || !areLong(run, 1, groups)) && !isNamed(run, hint)) return undefined
  return found(run, run.start - 1, groups)
}

/** `503-555-0100`, `1.503.555.0100`, `01.23.45.67.89`: how many groups of the run are a number of such a shape. */
function writtenInShape(run: NumberRun): number | undefined {
  const shape = run.size(0) === 1 ? NORTH_AMERICAN_LONG : NORTH_AMERICAN
  if (run.isWritten(shape, '-.') && isNorthAmerican(run.digits(shape.length))) return shape.length
  return run.text[run.start] === '0' && run.isWritten(FRENCH, ' .') ? FRENCH.length : undefined
}

/** `0049 30 1234567`, `030 1234567`, `0621/08460`, `0171-555 77 88`: with the prefix that is dialled first. */
function writtenFreely(run: NumberRun): number | undefined {
  if (run.groups < 2 || run.text[run.start] !== '0') return undefined
  if (run.text[run.start + 1] === '0') {
    const groups = groupsWithin(run, 10, LONGEST + 2)
    return groups !== undefined && COUNTRY.test(run.digits(groups).slice(2)) ? groups : undefined
  }
  const first = run.size(0)
  const groups = first >= 3 && first <= 5 ? groupsWithin(run, 9, 12) : undefined
  return groups !== undefined && groups >= 2 && groups <= 5 && areLong(run, 1, groups) ? groups : undefined
}

const NORTH_AMERICAN = [3, 3, 4] as const
const NORTH_AMERICAN_LONG = [1, 3, 3, 4] as const
const FRENCH = [2, 2, 2, 2, 2] as const

/** Neither area nor exchange begins with 0 or 1 (NANP). */
function isNorthAmerican(digits: string): boolean {
  return /^1?[2-9]\d{2}[2-9]\d{6}$/.test(digits)
}

/** Whether groups have two digits or more, and no dots before them: those are in decimals and versions. */
function areLong(run: NumberRun, from: number, to: number): boolean {
  for (let group = from; group < to; group++)
    if (run.size(group) < 2 || run.gap(group - 1) === '.') return false
  return true
}

/** The most groups of the run that have a number's digits together. */
function groupsWithin(run: NumberRun, least: number, most = LONGEST): number | undefined {
  let digits = 0
  let groups = 0
  while (groups < run.groups && digits + run.size(groups) <= most) digits += run.size(groups++)
  return groups > 0 && digits >= least ? groups : undefined
}

function isNamed({ text, start }: NumberRun, hint: Hint): boolean {
  if (hint.phone) return true
  let end = start
  while (end > 0 && end > start - 12 && ' .:"\'=()#-'.includes(text[end - 1] ?? 'x')) end--
  // After another number there is no name.
  if (!isLetter(text.charCodeAt(end - 1))) return false
  return NAMED.test(text.slice(Math.max(0, start - LOOK_BACK), start))
}

function found(run: NumberRun, start: number, groups: number): Finding | undefined {
  const end = run.end(groups - 1)
  return isEnd(run.text, end) ? { detector: 'phone', start, end } : undefined
}
