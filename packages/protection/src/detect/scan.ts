import { endOfCard } from './card.ts'
import { isDigit, isLetter, isStart } from './characters.ts'
import type { Finding, Plan } from './detector.ts'
import { emailAt } from './email.ts'
import { type Hint, NO_HINT } from './hint.ts'
import { endOfIban } from './iban.ts'
import { endOfNationalId } from './national-id.ts'
import { endOfDigits, NumberRun } from './number-run.ts'
import { phoneAt } from './phone.ts'
import { assignedAt, tokenAt, urlPasswordAt } from './secret.ts'
import { endOfNino } from './uk-nino.ts'

const NUMBER = 1
const ADDRESS = 2
const TOKEN = 3
const ASSIGNMENT = 4

/** The few characters that anything begins with or hangs on; all others are passed over. */
const TRIGGERS = new Uint8Array(128)
for (const digit of '0123456789') TRIGGERS[digit.charCodeAt(0)] = NUMBER
for (const character of '_-AJ') TRIGGERS[character.charCodeAt(0)] = TOKEN
for (const character of '=:') TRIGGERS[character.charCodeAt(0)] = ASSIGNMENT
TRIGGERS['@'.charCodeAt(0)] = ADDRESS

/** Less than any number that means something without a word before it. */
const SHORTEST = 6
const run = new NumberRun()

/**
 * What the detectors of a plan find in a text, in order, without overlap; undefined for nothing. One pass: what is done at
 * each place is bounded, so time grows with the text whatever is in it. `hint` is what the name of its field says.
 */
export function scan(text: string, plan: Plan, hint: Hint = NO_HINT): Finding[] | undefined {
  const found: Found = { findings: undefined, end: 0 }
  scanPart(text, plan, hint, found, 0, text.length)
  return found.findings
}

export interface Found {
  findings: Finding[] | undefined
  /** Of the last one: nothing before it belongs to another. */
  end: number
}

/** Scan what begins from `start` on and before `end`. Returns where to go on, which may be after it. */
export function scanPart(
  text: string,
  plan: Plan,
  hint: Hint,
  found: Found,
  start: number,
  end: number,
): number {
  let at = start
  for (; at < end; at++) {
    const code = text.charCodeAt(at)
    const trigger = code < 128 ? TRIGGERS[code] : 0
    if (trigger === 0) continue
    const finding = find(trigger, text, at, found.end, plan, hint)
    if (finding !== undefined) {
      if (found.findings === undefined) found.findings = [finding]
      else found.findings.push(finding)
      found.end = finding.end
      at = finding.end - 1
    } else if (trigger === NUMBER) at = endOfDigits(text, at) - 1
  }
  return at
}

function find(
  trigger: number | undefined,
  text: string,
  at: number,
  floor: number,
  plan: Plan,
  hint: Hint,
): Finding | undefined {
  if (trigger === NUMBER) return numberAt(text, at, floor, plan, hint)
  if (trigger === ADDRESS) {
    const password = plan.secret === 'none' ? undefined : urlPasswordAt(text, at, floor)
    return password ?? (plan.email === 'none' ? undefined : emailAt(text, at, floor))
  }
  if (plan.secret === 'none') return undefined
  return trigger === TOKEN ? tokenAt(text, at, floor) : assignedAt(text, at, floor)
}

function numberAt(text: string, at: number, floor: number, plan: Plan, hint: Hint): Finding | undefined {
  if (at > floor && isLetter(text.charCodeAt(at - 1))) {
    const lettered = afterLetters(text, at, floor, plan)
    if (lettered || !isStart(text, at)) return lettered
  } else if (text[at - 1] === ' ' && plan.nationalId !== 'none') {
    const start = at - 3
    const end = start >= floor && isStart(text, start) ? endOfNino(text, start) : undefined
    if (end !== undefined) return { detector: 'nationalId', start, end }
  }
  // Within a number nothing begins after a point or a hyphen.
  if ((text[at - 1] === '-' || text[at - 1] === '.') && isDigit(text.charCodeAt(at - 2))) return undefined
  run.read(text, at)
  if (run.count < SHORTEST) return undefined
  if (isStart(text, at) || isJoined(text, at)) {
    const card = plan.card === 'none' ? undefined : endOfCard(run)
    if (card !== undefined && endsThere(text, card)) return { detector: 'card', start: at, end: card }
    const id = plan.nationalId === 'none' ? undefined : endOfNationalId(run, hint)
    if (id !== undefined && endsThere(text, id)) return { detector: 'nationalId', start: at, end: id }
  }
  const phone = plan.phone === 'none' ? undefined : phoneAt(run, hint)
  return phone && phone.start >= floor ? phone : undefined
}

/** `DE89 3704 …`, `AB123456C`: two letters come first. */
function afterLetters(text: string, at: number, floor: number, plan: Plan): Finding | undefined {
  const start = at - 2
  if (start < floor || !isLetter(text.charCodeAt(start)) || !isStart(text, start)) return undefined
  const iban = plan.iban !== 'none' && isDigit(text.charCodeAt(at + 1)) ? endOfIban(text, start) : undefined
  if (iban !== undefined) return { detector: 'iban', start, end: iban }
  const nino = plan.nationalId === 'none' ? undefined : endOfNino(text, start)
  return nino === undefined ? undefined : { detector: 'nationalId', start, end: nino }
}

/** `card_4111…`, `ref-4111…`: joined by what is no digit. */
function isJoined(text: string, at: number): boolean {
  const before = text[at - 1]
  return (before === '_' || before === '-') && !isDigit(text.charCodeAt(at - 2))
}

function endsThere(text: string, end: number): boolean {
  const next = text.charCodeAt(end)
  return !isLetter(next) && !isDigit(next)
}
