import { isStart, isToken } from './characters.ts'
import type { Finding } from './detector.ts'
import { namesSecret } from './hint.ts'

/** Tokens by how they begin: at the trigger's place counted from `back` before it. */
interface Shape {
  readonly back: number
  readonly written: RegExp
}

const shape = (back: number, written: RegExp): Shape => ({ back, written })

/** By the character that gives them away, which is rare in texts. */
const SHAPES: Readonly<Record<string, readonly Shape[]>> = {
  _: [
    // GitHub, Stripe, npm, Hugging Face, DigitalOcean
    shape(3, /gh[opsru]_[A-Za-z0-9]{30,255}/y),
    shape(6, /github_pat_[A-Za-z0-9_]{30,255}/y),
    shape(2, /[sr]k_(?:live|test)_[A-Za-z0-9]{10,255}/y),
    shape(5, /whsec_[A-Za-z0-9+/]{20,255}/y),
    shape(3, /npm_[A-Za-z0-9]{30,255}/y),
    shape(2, /hf_[A-Za-z0-9]{30,255}/y),
    shape(3, /dop_v1_[a-f0-9]{40,255}/y),
  ],
  '-': [
    // Slack, OpenAI and Anthropic, GitLab
    shape(4, /xox[abeoprs]-[A-Za-z0-9-]{10,255}/y),
    shape(2, /sk-(?:(?:proj|svcacct|admin|ant|or)-[A-Za-z0-9_-]{20,400}|[A-Za-z0-9]{20,255})/y),
    shape(5, /glpat-[A-Za-z0-9_-]{20,255}/y),
    shape(0, /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----/y),
  ],
  // AWS, Google
  A: [
    shape(0, /(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/y),
    shape(0, /AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/y),
  ],
  // JWS and JWE in compact form (RFC 7515, RFC 7516): all begin with {" in base64url.
  J: [shape(2, /eyJ[\w-]{8,}\.(?:eyJ[\w-]{4,}\.[\w-]{10,}|[\w-]*\.[\w-]{8,}\.[\w-]{8,}\.[\w-]{16,})/y)],
}

/** The secret that the character at `at` may be part of. Nothing before `floor` belongs to it. */
export function tokenAt(text: string, at: number, floor: number): Finding | undefined {
  for (const { back, written } of SHAPES[text[at] ?? ''] ?? []) {
    const start = at - back
    if (start < floor || !isStart(text, start)) continue
    written.lastIndex = start
    if (!written.test(text)) continue
    const end = back === 0 && text[at] === '-' ? endOfPrivateKey(text, written.lastIndex) : written.lastIndex
    return { detector: 'secret', start, end }
  }
  return undefined
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
  // Most names end otherwise.
  if (!'dyntseh'.includes((text[end - 1] ?? 'x').toLowerCase())) return undefined
  let start = end
  while (start > floor && start > end - MAX_NAME && isToken(text.charCodeAt(start - 1))) start--
  const name = text.slice(start, end)
  const isHeader = /^(?:proxy-)?authorization$/i.test(name)
  return isHeader || namesSecret(name) ? valueAfter(text, at + 1, isHeader, text[at] === '=') : undefined
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
