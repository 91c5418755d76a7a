import { closingTicks, runLength } from './code-span.ts'
import { skipDestination } from './skip-destination.ts'

const PLAIN = /[^\\`<![\]*_~&]+/y
const PUNCTUATION = /[!-/:-@[-`{-~]/
const AUTOLINK = /<([a-z][a-z0-9+.-]{1,31}:[^\s<>]{0,2000}|[^\s<>@]{1,100}@[^\s<>@]{1,255})>/iy
const NOTE = /\[\^[^\]\s]{1,200}\]/y
const ENTITY = /&#(x[0-9a-f]{1,6}|\d{1,7});/iy
const WORD = /[\p{L}\p{N}]/u

/** Text inside one block without emphasis, links, code marks, escapes and numeric entities. */
export function inlineText(markdown: string): string {
  const out: string[] = []
  const brackets: number[] = []
  const unclosed = new Set<number>()
  let at = 0

  const match = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.exec(markdown)
  }
  const put = (text: string, length: number) => {
    out.push(text)
    at += length
  }
  const code = () => {
    const ticks = runLength(markdown, at)
    const end = closingTicks(markdown, at + ticks, ticks, unclosed)
    if (end < 0) return put(markdown.slice(at, at + ticks), ticks)
    const inside = markdown.slice(at + ticks, end)
    put(/^ .*[^ ].* $/s.test(inside) ? inside.slice(1, -1) : inside, end + ticks - at)
  }
  const openBracket = (length: number) => {
    brackets.push(out.length)
    put(markdown.slice(at, at + length), length)
  }
  const closeBracket = () => {
    const opened = brackets.pop()
    const end = opened !== undefined && markdown[at + 1] === '(' ? skipDestination(markdown, at + 1) : -1
    if (opened === undefined || end < 0) return put(']', 1)
    out[opened] = ''
    at = end
  }
  const emphasis = (mark: string) => {
    const length = runLength(markdown, at)
    const before = markdown[at - 1] ?? ' '
    const after = markdown[at + length] ?? ' '
    const alone = /\s/.test(before) && /\s/.test(after)
    const inWord = mark === '_' && WORD.test(before) && WORD.test(after)
    put(alone || inWord || (mark === '~' && length !== 2) ? markdown.slice(at, at + length) : '', length)
  }

  while (at < markdown.length) {
    const plain = match(PLAIN)?.[0]
    if (plain !== undefined) {
      put(plain, plain.length)
      continue
    }
    const character = markdown[at] ?? ''
    if (character === '\\') {
      const next = markdown[at + 1] ?? ''
      if (PUNCTUATION.test(next)) put(next, 2)
      else put(next === '\n' ? '' : character, 1)
    } else if (character === '`') code()
    else if (character === '<') {
      const [whole, inside] = match(AUTOLINK) ?? []
      put(inside ?? character, whole?.length ?? 1)
    } else if (character === '&') {
      const [whole, number] = match(ENTITY) ?? []
      put(number === undefined ? character : decoded(number), whole?.length ?? 1)
    } else if (character === '[') {
      const note = match(NOTE)?.[0]
      if (note !== undefined) put('', note.length)
      else openBracket(1)
    } else if (character === '!' && markdown[at + 1] === '[') openBracket(2)
    else if (character === ']') closeBracket()
    else if (character === '!') put(character, 1)
    else emphasis(character)
  }
  return out.join('')
}

function decoded(number: string): string {
  const code = /^x/i.test(number) ? Number.parseInt(number.slice(1), 16) : Number(number)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
}
