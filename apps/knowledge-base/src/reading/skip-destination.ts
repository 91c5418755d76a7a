const LONGEST = 4_000
/** Of brackets in an address (CommonMark 6.3 asks for as many). */
const DEEPEST = 32

/** Where the `(address "title")` of a link that begins at `from` ends, or -1 where there is none. */
export function skipDestination(text: string, from: number): number {
  let depth = 0
  let quote = ''
  let angled = false
  const limit = Math.min(text.length, from + LONGEST)
  for (let at = from; at < limit; at += 1) {
    const character = text[at]
    if (character === '\\') at += 1
    else if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '<') {
      if (angled) return -1
      angled = true
    } else if (angled) angled = character !== '>'
    else if ((character === '"' || character === "'") && /\s/.test(text[at - 1] ?? '')) quote = character
    else if (character === '(') {
      depth += 1
      if (depth > DEEPEST) return -1
    } else if (character === ')') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return -1
}
