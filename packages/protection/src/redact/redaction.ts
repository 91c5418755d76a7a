import { isCard } from '../detect/card.ts'
import type { Detector, Finding, Plan } from '../detect/detector.ts'
import { type Hint, hintOf, NO_HINT } from '../detect/hint.ts'
import { type Found, scan, scanPart } from '../detect/scan.ts'
import { type Hidden, type HiddenCounts, hiddenIn, withoutHidden } from '../suspect/hidden.ts'
import { instructionsIn } from '../suspect/instructions.ts'
import { isJsonNumber } from './json-place.ts'
import { isPatterned } from './leaf-schema.ts'
import { maskOf } from './mask.ts'
import { finished, type Steps } from './steps.ts'
import { Tally } from './tally.ts'

export interface RedactionOptions {
  readonly plan: Plan
  /** Hidden characters that are taken out. */
  readonly strip: readonly Hidden[]
}

/** What nobody reads is not walked through. */
const MAX_DEPTH = 200
/** Nine digits: smaller numbers are neither a card nor an id. */
const LEAST_NUMBER = 100_000_000
const SHORTEST_SECRET = 4
/** Characters that are looked at in one piece: some milliseconds of the worst that there is. */
const PIECE = 32 * 1024
/** What a value costs beside its text, in characters. */
const VISIT = 32
/** Characters before and after a piece in which a phrase may begin and end. */
const AROUND = 160

/** Goes through the texts and values of one result, masks what a plan says and counts it. */
export class Redaction {
  readonly tally = new Tally()
  readonly #options: RedactionOptions
  readonly #path: (string | number)[] = []
  #schema: unknown
  #done = 0

  constructor(options: RedactionOptions) {
    this.#options = options
  }

  /** A text without what the plan masks, and without the hidden characters that are stripped. */
  text(text: string, hint: Hint = NO_HINT): string {
    const findings = scan(text, this.#options.plan, hint)
    const masked = findings === undefined ? text : finished(this.#masked(text, findings))
    return this.#plain(masked)
  }

  /** The same for a text of any length, a piece at a time. */
  *textSteps(text: string, hint: Hint = NO_HINT): Steps<string> {
    if (text.length <= PIECE) {
      this.#done += text.length
      const clean = this.text(text, hint)
      if (this.isDue) yield
      return clean
    }
    const { plan } = this.#options
    const found: Found = { findings: undefined, end: 0 }
    for (let at = 0; at < text.length; ) {
      at = scanPart(text, plan, hint, found, at, Math.min(at + PIECE, text.length))
      yield
    }
    const masked = found.findings === undefined ? text : yield* this.#masked(text, found.findings)
    return yield* this.#plainSteps(masked)
  }

  /**
   * A JSON value with every text in it gone through, keys included, and numbers. Objects and lists are changed in place.
   * `schema` is the JSON Schema that the value keeps. Throws RangeError for one that is nested more than 200 deep.
   */
  value(value: unknown, schema?: unknown): unknown {
    return finished(this.steps(value, schema))
  }

  /** The same, a piece at a time. */
  steps(value: unknown, schema?: unknown): Steps<unknown> {
    this.#schema = schema
    return this.#walk(value, NO_HINT)
  }

  /** Whether so much was done since it last was true that others should have their turn. */
  get isDue(): boolean {
    if (this.#done < PIECE) return false
    this.#done = 0
    return true
  }

  *#walk(value: unknown, hint: Hint): Steps<unknown> {
    if (typeof value === 'string' && value.length > PIECE && !this.#isSecret(value, hint))
      return yield* this.textSteps(value, hint)
    if (typeof value !== 'object' || value === null) return this.#leaf(value, hint)
    if (this.#path.length > MAX_DEPTH) throw new RangeError(`A value is nested more than ${MAX_DEPTH} deep`)
    if (Array.isArray(value)) yield* this.#list(value, hint)
    else yield* this.#object(value as Record<string, unknown>)
    return value
  }

  /** What is done in one go. */
  #leaf(value: unknown, hint: Hint): unknown {
    this.#done += VISIT
    if (typeof value === 'string') return this.#string(value, hint)
    return typeof value === 'number' ? this.#number(value, hint) : value
  }

  *#list(list: unknown[], hint: Hint): Steps<void> {
    for (let at = 0; at < list.length; at++) {
      this.#path.push(at)
      const before = list[at]
      const after = isLarge(before) ? yield* this.#walk(before, hint) : this.#leaf(before, hint)
      if (after !== before) list[at] = after
      this.#path.pop()
      if (this.isDue) yield
    }
  }

  *#object(object: Record<string, unknown>): Steps<void> {
    for (const key of Object.keys(object)) {
      this.#path.push(key)
      const before = object[key]
      const hint = hintOf(key)
      const after = isLarge(before) ? yield* this.#walk(before, hint) : this.#leaf(before, hint)
      if (after !== before) object[key] = after
      this.#path.pop()
      this.#key(object, key)
      if (this.isDue) yield
    }
  }

  /** A map by e-mail address says them in its keys. */
  #key(object: Record<string, unknown>, key: string): void {
    if (!MAY_BE_DATA.test(key)) return
    const clean = this.text(key)
    if (clean === key) return
    let free = clean
    for (let count = 2; Object.hasOwn(object, free); count++) free = `${clean} ${count}`
    object[free] = object[key]
    delete object[key]
  }

  #string(text: string, hint: Hint): string {
    this.#done += text.length
    if (!this.#isSecret(text, hint)) return this.text(text, hint)
    this.tally.redacted('secret')
    return maskOf(text, 'secret', this.#options.plan.secret)
  }

  #isSecret(text: string, hint: Hint): boolean {
    return hint.secret && this.#options.plan.secret !== 'none' && text.length >= SHORTEST_SECRET
  }

  #number(value: number, hint: Hint): number {
    if (value < LEAST_NUMBER || !Number.isSafeInteger(value)) return value
    const { plan } = this.#options
    const written = String(value)
    // By itself a number is a card, an id or, where it is called one, a phone number.
    const [finding] = plan.card !== 'none' && isCard(written) ? [CARD] : (scan(written, plan, hint) ?? [])
    if (finding === undefined) return value
    const { detector } = finding
    this.tally.redacted(detector)
    return Number(maskOf(written, detector, plan[detector], 'number'))
  }

  *#masked(text: string, findings: readonly Finding[]): Steps<string> {
    const pieces: string[] = []
    let piece = ''
    let at = 0
    for (const { detector, start, end } of findings) {
      piece += text.slice(at, start) + this.#mask(text, detector, start, end)
      this.#done += VISIT + end - start
      at = end
      if (text.length <= PIECE || !this.isDue) continue
      pieces.push(piece)
      piece = ''
      yield
    }
    pieces.push(piece, text.slice(at))
    return pieces.join('')
  }

  #mask(text: string, detector: Detector, start: number, end: number): string {
    this.tally.redacted(detector)
    const style = this.#options.plan[detector]
    const isField = start === 0 && end === text.length && this.#schema !== undefined
    const isPattern = isField && isPatterned(this.#schema, this.#path)
    const place = isPattern ? 'pattern' : isJsonNumber(text, start, end) ? 'number' : 'text'
    return maskOf(text.slice(start, end), detector, style, place)
  }

  #plain(text: string): string {
    const hidden = hiddenIn(text)
    this.tally.suspected(hidden, instructionsIn(visibleOf(text, hidden)))
    return hidden === undefined ? text : withoutHidden(text, this.#options.strip)
  }

  *#plainSteps(text: string): Steps<string> {
    const parts: string[] = []
    let instructions = 0
    for (let start = 0; start < text.length; ) {
      const end = endOfPiece(text, start)
      const part = text.slice(start, end)
      const hidden = hiddenIn(part)
      const around = text.slice(Math.max(0, start - AROUND), end + AROUND)
      instructions = Math.max(instructions, instructionsIn(visibleOf(around, hidden)))
      this.tally.suspected(hidden, 0)
      parts.push(hidden === undefined ? part : withoutHidden(part, this.#options.strip))
      start = end
      yield
    }
    this.tally.suspected(undefined, instructions)
    return parts.join('')
  }
}

/** What hides between letters must not hide a phrase. */
function visibleOf(text: string, hidden: HiddenCounts | undefined): string {
  return hidden === undefined ? text : withoutHidden(text, ['tags', 'bidi', 'zeroWidth', 'selectors'])
}

/** Where a piece that begins at `start` ends: before a character of ASCII, which no sequence goes on with. */
function endOfPiece(text: string, start: number): number {
  const least = start + PIECE
  let end = least
  while (end < text.length && end < least + AROUND && text.charCodeAt(end) > 127) end++
  return Math.min(end, text.length)
}

function isLarge(value: unknown): boolean {
  return typeof value === 'string' ? value.length > PIECE : typeof value === 'object' && value !== null
}

const CARD: Pick<Finding, 'detector'> = { detector: 'card' }
/** A key with an `@`, many digits, or characters that are not ASCII. */
const MAY_BE_DATA = /@|\d{4}|[^\x20-\x7e]/
