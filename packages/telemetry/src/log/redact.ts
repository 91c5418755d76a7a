/** What stands where a secret was. */
export const REDACTED = '[redacted]'

const SECRET_KEY =
  /authorization|cookie|passw|passphrase|pwd|secret|token|assertion|credential|api[-_]?key|private[-_]?key|jwt|bearer/i
/** Keys that contain one of those words and hold nothing secret. */
const PUBLIC_KEY =
  /^(progress|max|total|input|output|num)[-_]?tokens?$|tokens?[-_]?(count|type|url|endpoint)$|^(expires|has)/i

// Every repetition is bounded or consumes what it scans: texts come from outside, and may be made to be slow.
const PATTERNS: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g, REDACTED],
  [/\beyJ[\w-]{6,2000}\.[\w-]+(?:\.[\w-]*){0,3}/g, REDACTED],
  [/\b(bearer|dpop|basic)\s{1,4}(?=\S{0,200}[\d._~+/=-])[\w.~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  [/(:\/\/)[^\s/?#@:"]{0,100}:[^\s@"]{1,200}@(?:[^\s@/"]{1,100}@)?/gi, `$1${REDACTED}@`],
  [
    /((?:passw(?:or)?d|passphrase|pwd|secret)["'\\]{0,4}\s{0,4}[=:]\s{0,4}["'\\]{0,4})(?!\[redacted\])[^\s"'\\,;&}]+/gi,
    `$1${REDACTED}`,
  ],
  [
    /((?:token|api[-_]?key|private[-_]?key|authorization|cookie|assertion|credentials?)["'\\]{0,4}(?:=|:(?=\S)|(?<=["'\\]):)\s{0,4}["'\\]{0,4})(?!\[redacted\])[^\s"'\\,;&}]+/gi,
    `$1${REDACTED}`,
  ],
  [
    /\b(?:sk|rk|ghp|gho|ghu|ghs|ghr|github_pat|glpat|xox[abprs]|AKIA|ASIA|atk)[-_]?[A-Za-z\d_-]{16,}/g,
    REDACTED,
  ],
]

/** One look that most texts pass: nothing in them resembles a secret. */
const SUSPECT =
  /authorization|cookie|passw|passphrase|pwd|secret|token|assertion|credential|api[-_]?key|private|jwt|bearer|dpop|basic|eyJ|:\/\/[^\s"]{0,300}@|sk-|rk[-_]|gh[opusr]_|github_pat|glpat|xox|AKIA|ASIA|atk_/i

/** `text` without bearer tokens, JWTs, keys, passwords and credentials in URLs. */
export function redact(text: string): string {
  if (!SUSPECT.test(text)) return text
  let clean = text
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement)
  return clean
}

/** Whether a value under this key is secret whatever it looks like. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key) && !PUBLIC_KEY.test(key)
}

/** A copy of plain data without what is under secret keys, at any depth, or looks like a secret. */
export function redactData(value: unknown): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map(redactData)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      each != null && each !== '' && typeof each !== 'boolean' && isSecretKey(key)
        ? REDACTED
        : redactData(each),
    ]),
  )
}

/** One line of JSON, redacted. Every line of the log passes here, whatever path it took. */
export function redactLine(line: string): string {
  if (!SUSPECT.test(line)) return line
  try {
    return `${JSON.stringify(redactData(JSON.parse(line)))}\n`
  } catch {
    return `${redact(line.trimEnd())}\n`
  }
}
