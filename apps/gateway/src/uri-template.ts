/** One expression of a template: what it may begin with, what it may hold, and whether it may be nothing at all. */
interface Expression {
  readonly begins: string
  /** Characters that end it. */
  readonly without: string
  readonly isOptional: boolean
}

const SIMPLE: Expression = { begins: '', without: '/?#', isOptional: false }
const OPERATORS: Readonly<Record<string, Expression>> = {
  '+': { begins: '', without: '', isOptional: false },
  '#': { begins: '#', without: '', isOptional: true },
  '.': { begins: '.', without: '/?#', isOptional: true },
  '/': { begins: '/', without: '?#', isOptional: true },
  ';': { begins: ';', without: '/?#', isOptional: true },
  '?': { begins: '?', without: '#', isOptional: true },
  '&': { begins: '&', without: '#', isOptional: true },
}
const MAX_URI = 2048
const MAX_EXPRESSIONS = 32

/**
 * Whether a URI template (RFC 6570) could expand to the URI. Servers write templates and callers URIs: it takes no more
 * steps than the URI has characters times the template has expressions, as a pattern that tries again would not.
 */
export function templateMatches(template: string, uri: string): boolean {
  const [start = '', ...parts] = template.split(/(\{[^{}]*\})/)
  if (!uri.startsWith(start) || uri.length > MAX_URI || parts.length > 2 * MAX_EXPRESSIONS) return false
  // At which characters of the URI the template may have come to, after each of its parts.
  let reached = new Uint8Array(uri.length + 1)
  reached[start.length] = 1
  for (const [at, part] of parts.entries()) {
    if (at % 2 === 1) reached = afterLiteral(reached, uri, part)
    else reached = afterExpression(reached, uri, OPERATORS[part[1] ?? ''] ?? SIMPLE)
  }
  return reached[uri.length] === 1
}

function afterLiteral(
  reached: Uint8Array<ArrayBuffer>,
  uri: string,
  literal: string,
): Uint8Array<ArrayBuffer> {
  if (literal === '') return reached
  const next = new Uint8Array(reached.length)
  for (let at = uri.indexOf(literal); at >= 0; at = uri.indexOf(literal, at + 1))
    if (reached[at] === 1) next[at + literal.length] = 1
  return next
}

function afterExpression(
  reached: Uint8Array,
  uri: string,
  { begins, without, isOptional }: Expression,
): Uint8Array<ArrayBuffer> {
  const within = new Uint8Array(reached.length)
  for (let at = 0; at < uri.length; at++) {
    const character = uri.charAt(at)
    const isFirst = reached[at] === 1 && (begins === '' ? !without.includes(character) : character === begins)
    if (isFirst || (within[at] === 1 && !without.includes(character))) within[at + 1] = 1
  }
  return isOptional ? within.map((is, at) => is | (reached[at] ?? 0)) : within
}
