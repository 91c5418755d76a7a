const DIGIT = 1
const LETTER = 2
const LOCAL = 4
const TOKEN = 8

const KINDS = new Uint8Array(128)
mark('0123456789', DIGIT | LOCAL | TOKEN)
mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', LETTER | LOCAL | TOKEN)
mark(".!#$%&'*+/=?^_`{|}~-", LOCAL)
mark('_-', TOKEN)

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

export function isLetter(code: number): boolean {
  return isOf(code, LETTER)
}

/** What may stand before the `@` of an address (RFC 5322, atext, and dots). */
export function isLocal(code: number): boolean {
  return isOf(code, LOCAL)
}

/** What tokens and identifiers are made of. */
export function isToken(code: number): boolean {
  return isOf(code, TOKEN)
}

/**
 * Whether a word may begin at `at`: nothing of a word stands before it. In JSON that is carried as text, an escape such as
 * `\n` ends in a letter that is none.
 */
export function isStart(text: string, at: number): boolean {
  if (at === 0) return true
  const before = text.charCodeAt(at - 1)
  return !(isToken(before) || before > 127) || startsAfterEscape(text, at) || isWideGap(before)
}

export function isEnd(text: string, at: number): boolean {
  const next = text.charCodeAt(at)
  return !(next < 128 ? isToken(next) : next > 127 && !isWideGap(next))
}

/** Whether what stands right before `at` is an escape of JSON, which belongs to no word. */
export function startsAfterEscape(text: string, at: number): boolean {
  const letter = text.charCodeAt(at - 1)
  if (!isLetter(letter) && !isDigit(letter)) return false
  if (text.charCodeAt(at - 2) === BACKSLASH) return 'nrtbf'.includes(text[at - 1] ?? ' ')
  return at >= 6 && /^\\u[0-9a-f]{4}$/i.test(text.slice(at - 6, at))
}

/** Spaces, dashes and quotation marks that are not ASCII. */
function isWideGap(code: number): boolean {
  return (
    code === 0xa0 ||
    code === 0xab ||
    code === 0xbb ||
    (code >= 0x2000 && code <= 0x206f) ||
    (code >= 0x3000 && code <= 0x3002) ||
    code === 0xfeff
  )
}

const BACKSLASH = 92

function mark(characters: string, kind: number): void {
  for (const character of characters) {
    const code = character.charCodeAt(0)
    KINDS[code] = (KINDS[code] ?? 0) | kind
  }
}

function isOf(code: number, kind: number): boolean {
  return code < 128 && ((KINDS[code] ?? 0) & kind) !== 0
}
