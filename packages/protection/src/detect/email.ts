import { isDigit, isLetter, isLocal, startsAfterEscape } from './characters.ts'
import type { Finding } from './detector.ts'

const MAX_LOCAL = 64
const MAX_DOMAIN = 253
/** `logo@2x.png` is a picture. */
const FILES: ReadonlySet<string> = new Set([
  'png',
  'jpg',
  'jpeg',
  'gif',
  'svg',
  'webp',
  'avif',
  'css',
  'js',
  'ts',
  'json',
])

/** The e-mail address around the `@` at `at`, with a domain that could be one. Nothing before `floor` belongs to it. */
export function emailAt(text: string, at: number, floor: number): Finding | undefined {
  const start = startOfLocal(text, at, floor)
  const end = endOfDomain(text, at + 1)
  if (start === at || end === undefined) return undefined
  // `git@github.com:atoll/atoll` is where source code is.
  if (text[end] === ':' && text.slice(start, at) === 'git') return undefined
  return { detector: 'email', start, end }
}

function startOfLocal(text: string, at: number, floor: number): number {
  const least = Math.max(floor, at - MAX_LOCAL)
  let start = at
  while (start > least && isLocalOrWide(text.charCodeAt(start - 1))) start--
  while (start < at && ".'`{|}/=*".includes(text[start] ?? '')) start++
  // The letter of an escape in JSON is no part of the address.
  if (text[start - 1] === '\\' && startsAfterEscape(text, start + 1)) start++
  else if (text[start - 1] === '\\' && startsAfterEscape(text, start + 5)) start += 5
  return text[at - 1] === '.' ? at : Math.min(start, at)
}

function isLocalOrWide(code: number): boolean {
  return isLocal(code) || (code >= 0xc0 && code < 0x2000)
}

function endOfDomain(text: string, start: number): number | undefined {
  let end = start
  let lastDot = -1
  for (const limit = start + MAX_DOMAIN; end < limit; end++) {
    const code = text.charCodeAt(end)
    if (code === DOT) {
      if (end === start || lastDot === end - 1) break
      lastDot = end
    } else if (!(isLetter(code) || isDigit(code) || code === HYPHEN || (code >= 0xc0 && code < 0x2000))) break
  }
  // A sentence may end right after it.
  while (end > start && '.-'.includes(text[end - 1] ?? '')) end--
  const domain = text.slice(start, end)
  lastDot = domain.lastIndexOf('.')
  if (lastDot <= 0) return undefined
  const top = domain.slice(lastDot + 1)
  return /^(?:[\p{L}]{2,24}|xn--[a-z0-9-]{2,59})$/iu.test(top) && !FILES.has(top.toLowerCase())
    ? end
    : undefined
}

const DOT = 46
const HYPHEN = 45
