const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/g
const FIXED_SPACES = /[\u00A0\u202F]/g
// Default ignorable covers zero-width, soft hyphens, variation selectors, tags and fillers.
const INVISIBLE = /[[\p{Cc}--[\n\t]]\p{DI}\p{Bidi_Control}\p{Cs}\u2800\uFFF9-\uFFFC]/gv

/** The text without characters that nobody sees, with `\n` as its only line end. */
export function cleanText(text: string): string {
  return text.replace(LINE_ENDS, '\n').replace(FIXED_SPACES, ' ').replace(INVISIBLE, '')
}

/** The text's beginning, at most so many UTF-16 units and never half a character. */
export function cutText(text: string, longest: number): string {
  return text.length <= longest ? text : text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '')
}

/** The text cleaned and on one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim()
}
