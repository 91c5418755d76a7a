/** Matches URIs against an RFC 6570 template of level 1 to 3 (`{id}`, `{+path}`, `{?a,b}`). */
export interface UriMatcher {
  readonly variables: readonly string[]
  /** Decoded variables, or undefined when the URI is another one's. */
  match(uri: string): Record<string, string> | undefined
}

/** Throws a TypeError on an expression that it cannot match. */
export function uriMatcher(template: string): UriMatcher {
  const variables: string[] = []
  const queries: string[] = []
  let pattern = ''
  let rest = 0
  for (const found of template.matchAll(/\{([+#/?&]?)([A-Za-z0-9_,]+)\*?\}/g)) {
    pattern += quote(template.slice(rest, found.index))
    rest = found.index + found[0].length
    const [, operator = '', names = ''] = found
    for (const [position, name] of names.split(',').entries()) {
      if (operator === '?' || operator === '&') {
        queries.push(name)
        continue
      }
      variables.push(name)
      const separator = position > 0 ? ',' : operator === '/' ? '/' : operator === '#' ? '#' : ''
      pattern += `${quote(separator)}(${operator === '+' || operator === '#' ? '.+' : '[^/?#,]+'})`
    }
  }
  pattern += quote(template.slice(rest))
  if (/\\[{}]/.test(pattern)) throw new TypeError(`"${template}" is not a URI template that can be matched`)
  const expression = new RegExp(`^${pattern}${queries.length > 0 ? '(?:\\?([^#]*))?' : ''}$`)
  return {
    variables: [...variables, ...queries],
    match(uri) {
      const found = expression.exec(uri)
      if (!found) return undefined
      try {
        const values = variables.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')])
        const query = new URLSearchParams(queries.length > 0 ? found[variables.length + 1] : '')
        return Object.fromEntries([...values, ...queries.map((name) => [name, query.get(name) ?? ''])])
      } catch {
        return undefined
      }
    },
  }
}

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
