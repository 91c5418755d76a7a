import { isDigit } from './characters.ts'

const MAX_GROUPS = 7
const MAX_DIGITS = 24
const MAX_GAP = 3

const GAPS = new Uint8Array(0x2014)
for (const gap of ' -./()\u00a0\u202f\u2009\u2010\u2011\u2013') GAPS[gap.charCodeAt(0)] = 1

/**
 * Digits as people write them: in groups with something between. One object reads one run after the other, because texts are
 * full of numbers that are nothing.
 */
export class NumberRun {
  text = ''
  start = 0
  groups = 0
  /** Digits of all groups. */
  count = 0
  readonly #starts = new Int32Array(MAX_GROUPS)
  readonly #ends = new Int32Array(MAX_GROUPS)

  read(text: string, start: number): void {
    let at: number | undefined = start
    if (this.groups > 1 && start === this.#starts[1] && text === this.text) at = this.#dropFirst()
    else this.groups = this.count = 0
    this.text = text
    this.start = start
    while (at !== undefined && this.groups < MAX_GROUPS) {
      const end = endOfDigits(text, at, at + MAX_DIGITS + 1)
      if (this.count + end - at > MAX_DIGITS) break
      this.#starts[this.groups] = at
      this.#ends[this.groups++] = end
      this.count += end - at
      at = nextDigits(text, end)
    }
  }

  /** In a long list of numbers the run that begins with the next one is known but for its end. */
  #dropFirst(): number | undefined {
    this.count -= this.size(0)
    this.#starts.copyWithin(0, 1)
    this.#ends.copyWithin(0, 1)
    this.groups--
    return nextDigits(this.text, this.end(this.groups - 1))
  }

  /** Digits of a group; none for one that is not there. */
  size(group: number): number {
    return group < this.groups ? (this.#ends[group] ?? 0) - (this.#starts[group] ?? 0) : 0
  }

  /** Where a group ends. */
  end(group: number): number {
    return group < this.groups ? (this.#ends[group] ?? this.start) : this.start
  }

  /** What stands between a group and the next one. */
  gap(group: number): string {
    return group + 1 < this.groups ? this.text.slice(this.#ends[group], this.#starts[group + 1]) : ''
  }

  /** The digits of the first groups. */
  digits(groups: number): string {
    let digits = ''
    for (let group = 0; group < groups; group++)
      digits += this.text.slice(this.#starts[group], this.#ends[group])
    return digits
  }

  /** Whether the first groups have these sizes, with the same single separator between all of them. */
  isWritten(sizes: readonly number[], separators: string): boolean {
    if (this.groups < sizes.length) return false
    const separator = this.text[this.end(0)] ?? 'x'
    for (let group = 0; group < sizes.length; group++) {
      if (this.size(group) !== sizes[group]) return false
      const next = (this.#ends[group] ?? 0) + 1
      const isLast = group === sizes.length - 1
      if (!isLast && (next !== this.#starts[group + 1] || this.text[next - 1] !== separator)) return false
    }
    return sizes.length === 1 || separators.includes(separator)
  }
}

/** Where digits go on after a gap; undefined where they do not. */
function nextDigits(text: string, end: number): number | undefined {
  let at = end
  while (at - end < MAX_GAP && GAPS[text.charCodeAt(at)] === 1) at++
  return at > end && isDigit(text.charCodeAt(at)) ? at : undefined
}

/** Where digits end, or `most`. */
export function endOfDigits(text: string, start: number, most = text.length): number {
  let at = start
  while (at < most && isDigit(text.charCodeAt(at))) at++
  return at
}
