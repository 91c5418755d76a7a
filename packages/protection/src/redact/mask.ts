import type { Detector, Style } from '../detect/detector.ts'

/** What a mask has to fit into. */
export type Place =
  | 'text'
  /** A number in JSON, without quotes. */
  | 'number'
  /** A field with a pattern or a format: characters stay of their kind. */
  | 'pattern'

const REMOVED = '[redacted]'

/**
 * What stands for a value: as long and written as before, with its last characters (of a card four, of an IBAN also the
 * country) where the style is partial. Addresses stay addresses, for who checks their format.
 */
export function maskOf(value: string, detector: Detector, style: Style, place: Place = 'text'): string {
  const isPartial = style === 'partial'
  if (place === 'number') return isPartial ? lastDigits(value, KEPT[detector]) : '0'
  switch (detector) {
    case 'secret':
      return REMOVED
    case 'email':
      return isPartial ? partialAddress(value) : 'redacted@redacted.invalid'
    case 'iban':
      return isPartial
        ? value.slice(0, 2) + hidden(value.slice(2), KEPT.iban, place)
        : hidden(value, 0, place)
    default:
      return hidden(value, isPartial ? KEPT[detector] : 0, place)
  }
}

/** Characters that a partial mask shows at the end. */
const KEPT = { card: 4, iban: 4, nationalId: 2, phone: 2, email: 0, secret: 0 } as const satisfies Record<
  Detector,
  number
>

function lastDigits(value: string, kept: number): string {
  return kept === 0 ? '0' : String(Number(value.slice(-kept)))
}

function partialAddress(value: string): string {
  const at = value.lastIndexOf('@')
  const [first = ''] = value
  return `${/[a-z0-9]/i.test(first) ? `${first}_` : ''}redacted${value.slice(at)}`
}

/** Letters and digits become `*`, or what a pattern may still take; separators stay. */
function hidden(value: string, kept: number, place: Place): string {
  let left = value.replace(/[^\p{L}\p{N}]/gu, '').length - kept
  return value.replace(/[\p{L}\p{N}]/gu, (character) => {
    if (left-- <= 0) return character
    if (place !== 'pattern') return '*'
    if (/\d/.test(character)) return '0'
    return character === character.toUpperCase() ? 'X' : 'x'
  })
}
