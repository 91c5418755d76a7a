import { isCard } from '../detect/card.ts'
import type { Detector, Finding, Plan } from '../detect/detector.ts'
import { type Hint, hintOf, NO_HINT } from '../detect/hint.ts'
import { scan } from '../detect/scan.ts'
import { type Hidden, hiddenIn, withoutHidden } from '../suspect/hidden.ts'
import { instructionsIn } from '../suspect/instructions.ts'
import { isJsonNumber } from './json-place.ts'
import { isPatterned } from './leaf-schema.ts'
import { maskOf } from './mask.ts'
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

/** Goes through the texts and values of one result, masks what a plan says and counts it. */
export class Redaction {
  readonly tally = new Tally()
  readonly #options: RedactionOptions
  readonly #path: (string | number)[] = []
  #schema: unknown

  constructor(options: RedactionOptions) {
    this.#options = options
  }

  /** A text without what the plan masks, and without the hidden characters that are stripped. */
  text(text: string, hint: Hint = NO_HINT): string {
    const findings = scan(text, this.#options.plan, hint)
    const masked = findings === undefined ? text : this.#masked(text, findings)
    return this.#plain(masked)
  }

  /**
   * A JSON value with every text in it gone through, keys included, and numbers. Objects and lists are changed in place.
   * `schema` is the JSON Schema that the value keeps. Throws RangeError for one that is nested more than 200 deep.
   */
  value(value: unknown, schema?: unknown): unknown {
    this.#schema = schema
    return this.#value(value, NO_HINT)
  }

  #value(value: unknown, hint: Hint): unknown {
    if (typeof value === 'string') return this.#string(value, hint)
    if (typeof value === 'number') return this.#number(value, hint)
    if (typeof value !== 'object' || value === null) return value
    if (this.#path.length > MAX_DEPTH) throw new RangeError(`A value is nested more than ${MAX_DEPTH} deep`)
    if (Array.isArray(value)) this.#list(value, hint)
    else this.#object(value as Record<string, unknown>)
    return value
  }

  #list(list: unknown[], hint: Hint): void {
    for (let at = 0; at < list.length; at++) {
      this.#path.push(at)
      const before = list[at]
      const after = this.#value(before, hint)
      if (after !== before) list[at] = after
      this.#path.pop()
    }
  }

  #object(object: Record<string, unknown>): void {
    for (const key of Object.keys(object)) {
      this.#path.push(key)
      const before = object[key]
      const after = this.#value(before, hintOf(key))
      if (after !== before) object[key] = after
      this.#path.pop()
      this.#key(object, key)
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
    const { plan } = this.#options
    if (hint.secret && plan.secret !== 'none' && text.length >= SHORTEST_SECRET) {
      this.tally.redacted('secret')
      return maskOf(text, 'secret', plan.secret)
    }
    return this.text(text, hint)
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

  #masked(text: string, findings: readonly Finding[]): string {
    let masked = ''
    let at = 0
    for (const { detector, start, end } of findings) {
      masked += text.slice(at, start) + this.#mask(text, detector, start, end)
      at = end
    }
    return masked + text.slice(at)
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
    // What hides between letters must not hide a phrase.
    const visible =
      hidden === undefined ? text : withoutHidden(text, ['tags', 'bidi', 'zeroWidth', 'selectors'])
    this.tally.suspected(hidden, instructionsIn(visible))
    return hidden === undefined ? text : withoutHidden(text, this.#options.strip)
  }
}

const CARD: Pick<Finding, 'detector'> = { detector: 'card' }
/** A key with an `@`, many digits, or characters that are not ASCII. */
const MAY_BE_DATA = /@|\d{4}|[^\x20-\x7e]/
