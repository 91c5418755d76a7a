import { isLetter, isStart, isToken } from './characters.ts'
import type { Finding } from './detector.ts'
import { namesSecret } from './hint.ts'
import { endOfJwt } from './jwt.ts'

/** Tokens by how they begin, and how far before the trigger that is. */
interface Shape {
  readonly prefix: string
  readonly back: number
  readonly written: RegExp
}

const shape = (prefix: string, back: number, written: RegExp): Shape => ({ prefix, back, written })

/** GitHub, Stripe, npm, Hugging Face, DigitalOcean. */
const BY_UNDERSCORE: readonly Shape[] = [
  shape('gh', 3, /gh[opsru]_[A-Za-z0-9]{30,255}/y),
  shape('github', 6, /github_pat_[A-Za-z0-9_]{30,255}/y),
  shape('sk', 2, /sk_(?:live|test)_[A-Za-z0-9]{10,255}/y),
  shape('rk', 2, /rk_(?:live|test)_[A-Za-z0-9]{10,255}/y),
  shape('whsec', 5, /whsec_[A-Za-z0-9+/]{20,255}/y),
  shape('npm', 3, /npm_[A-Za-z0-9]{30,255}/y),
  shape('hf', 2, /hf_[A-Za-z0-9]{30,255}/y),
  shape('dop', 3, /dop_v1_[a-f0-9]{40,255}/y),
]
/** Slack, OpenAI and Anthropic, GitLab. */
const BY_HYPHEN: readonly Shape[] = [
  shape('xox', 4, /xox[abeoprs]-[A-Za-z0-9-]{10,255}/y),
  shape('sk', 2, /sk-(?:(?:proj|svcacct|admin|ant|or)-[A-Za-z0-9_-]{20,400}|[A-Za-z0-9]{20,255})/y),
  shape('glpat', 5, /glpat-[A-Za-z0-9_-]{20,255}/y),
]
/** AWS, Google. */
const BY_LETTER_A: readonly Shape[] = [
  shape('A', 0, /(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/y),
  shape('A', 0, /AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/y),
]
const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----/y

/** The secret that the character at `at` may be part of. Nothing before `floor` belongs to it. */
export function tokenAt(text: string, at: number, floor: number): Finding | undefined {
  switch (text[at]) {
    case '-':
      if (text[at + 1] === '-') return privateKeyAt(text, at)
      return isLetter(text.charCodeAt(at - 1)) ? shapedAt(BY_HYPHEN, text, at, floor) : undefined
    case '_':
      return isLetter(text.charCodeAt(at - 1)) ? shapedAt(BY_UNDERSCORE, text, at, floor) : undefined
    case 'A':
      return isLetter(text.charCodeAt(at + 1)) ? shapedAt(BY_LETTER_A, text, at, floor) : undefined
    default:
      return jwtAt(text, at - 2, floor)
  }
}

/** Of its `eyJ` the J is what is looked for. */
function jwtAt(text: string, start: number, floor: number): Finding | undefined {
  if (start < floor || !isStart(text, start)) return undefined
  const end = endOfJwt(text, start)
  return end === undefined ? undefined : { detector: 'secret', start, end }
}

function shapedAt(shapes: readonly Shape[], text: string, at: number, floor: number): Finding | undefined {
  for (const { prefix, back, written } of shapes) {
    const start = at - back
    if (start < floor || !text.startsWith(prefix, start) || !isStart(text, start)) continue
    written.lastIndex = start
    if (written.test(text)) return { detector: 'secret', start, end: written.lastIndex }
  }
  return undefined
}

function privateKeyAt(text: string, start: number): Finding | undefined {
  if (!text.startsWith('-----BEGIN ', start)) return undefined
  PRIVATE_KEY.lastIndex = start
  if (!PRIVATE_KEY.test(text)) return undefined
  return { detector: 'secret', start, end: endOfPrivateKey(text, PRIVATE_KEY.lastIndex) }
}

const KEY_CONTENT =
  /(?:[A-Za-z0-9+/=:,\s\\]|-(?!-)){0,20000}(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----)?/y

function endOfPrivateKey(text: string, begun: number): number {
  KEY_CONTENT.lastIndex = begun
  const content = KEY_CONTENT.exec(text)?.[0] ?? ''
  return begun + content.trimEnd().length
}

const MAX_NAME = 40
const MAX_VALUE = 512

/** `password=hunter2`, `"apiKey": "…"`, `Authorization: Bearer …`: the value, where a name before `at` says that it is secret. */
export function assignedAt(text: string, at: number, floor: number): Finding | undefined {
  let end = at
  while (end > floor && end > at - 3 && ' "\'\\'.includes(text[end - 1] ?? 'x')) end--
  if (!mayNameSecret(text.charCodeAt(end - 2) | LOWER, text.charCodeAt(end - 1) | LOWER)) return undefined
  let start = end
  while (start > floor && start > end - MAX_NAME && isToken(text.charCodeAt(start - 1))) start--
  const name = text.slice(start, end)
  const isHeader = /^(?:proxy-)?authorization$/i.test(name)
  return isHeader || namesSecret(name) ? valueAfter(text, at + 1, isHeader, text[at] === '=') : undefined
}

const LOWER = 0x20

/** Names of secrets end in password, passwd, passphrase, secret, key, token or authorization; most names otherwise. */
function mayNameSecret(before: number, last: number): boolean {
  switch (String.fromCharCode(before, last)) {
    case 'rd':
    case 'wd':
    case 'se':
    case 'et':
    case 'ey':
    case 'en':
    case 'on':
      return true
    default:
      return false
  }
}

const HEADER = /[ "'\\]{0,3}(?:Bearer|Basic|token) +/iy
const LEAD = /[ \t]{0,2}(?:\\?["'])?/y
/** Not a place to put a value in, such as `<password>` or `${PASSWORD}`. */
const VALUE = /[^\s"'\\,;&<>${}()[\]*]{4,512}/y

function valueAfter(text: string, at: number, isHeader: boolean, isPlain: boolean): Finding | undefined {
  const lead = isHeader ? HEADER : LEAD
  lead.lastIndex = at
  if (!lead.test(text)) return undefined
  const start = lead.lastIndex
  const isQuoted = '"\''.includes(text[start - 1] ?? ' ')
  VALUE.lastIndex = start
  const value = VALUE.exec(text)?.[0].slice(0, MAX_VALUE)
  if (value === undefined) return undefined
  // In prose a colon is followed by words: "Password: choose one".
  const isWord = /^[a-z]+[.!?]?$/i.test(value)
  if (isWord && !isPlain && !isQuoted && !isHeader) return undefined
  if (/^(?:true|false|null|none|undefined|required|string)$/i.test(value)) return undefined
  return { detector: 'secret', start, end: start + value.length }
}

const MAX_CREDENTIALS = 200

/** The password in `postgres://user:password@host`, with `at` its `@`. */
export function urlPasswordAt(text: string, at: number, floor: number): Finding | undefined {
  let colon = -1
  const least = Math.max(floor, at - MAX_CREDENTIALS)
  for (let place = at - 1; place >= least; place--) {
    const character = text[place] ?? ' '
    if (character === ':' && !text.startsWith('://', place)) colon = place
    if (' \t\n"\'<>@'.includes(character)) return undefined
    if (character !== '/') continue
    const isAuthority = text.startsWith('://', place - 2) && colon > place + 1 && colon < at - 1
    return isAuthority ? { detector: 'secret', start: colon + 1, end: at } : undefined
  }
  return undefined
}
