import { headerValue } from './header-value.ts'

/** One argument that a client repeats in a header (MCP streamable-http, Custom Headers). */
export interface ParamHeader {
  readonly path: readonly string[]
  /** The part after `Mcp-Param-`. */
  readonly name: string
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const TYPES = new Set<unknown>(['string', 'integer', 'boolean', 'number'])

/**
 * The `x-mcp-header` annotations of an input schema. Undefined when one breaks a rule: a client must then leave
 * the whole tool out (MCP streamable-http, Custom Headers).
 */
export function paramHeadersOf(inputSchema: unknown): readonly ParamHeader[] | undefined {
  const found: ParamHeader[] = []
  if (!collect(inputSchema, [], true, found)) return undefined
  const names = new Set(found.map(({ name }) => name.toLowerCase()))
  return names.size === found.length ? found : undefined
}

/** The headers of one call; absent and null arguments have none. */
export function paramHeaderValues(
  declared: readonly ParamHeader[],
  args: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const { path, name } of declared) {
    const value = path.reduce<unknown>((node, key) => (isObject(node) ? node[key] : undefined), args)
    const isExact = typeof value === 'number' && (Number.isSafeInteger(value) || !Number.isInteger(value))
    if (typeof value === 'string' || typeof value === 'boolean' || (isExact && Number.isFinite(value))) {
      headers[`mcp-param-${name.toLowerCase()}`] = headerValue(String(value))
    }
  }
  return headers
}

function collect(
  node: unknown,
  path: readonly string[],
  isReachable: boolean,
  found: ParamHeader[],
): boolean {
  if (Array.isArray(node)) return node.every((child) => collect(child, path, false, found))
  if (!isObject(node)) return true
  const name = node['x-mcp-header']
  // A property that happens to be called x-mcp-header is an object (its schema), never an annotation.
  if (name !== undefined && !isObject(name)) {
    const isAllowed = isReachable && path.length > 0 && TYPES.has(node.type)
    if (!isAllowed || typeof name !== 'string' || !TOKEN.test(name)) return false
    found.push({ path, name })
  }
  return Object.entries(node).every(([key, child]) => {
    if (key === 'properties' && isObject(child)) {
      return Object.entries(child).every(([property, schema]) =>
        collect(schema, [...path, property], isReachable, found),
      )
    }
    return DATA_KEYWORDS.has(key) || collect(child, path, false, found)
  })
}

/** Keywords that hold values, not schemas. */
const DATA_KEYWORDS = new Set(['x-mcp-header', 'const', 'enum', 'default', 'examples', 'required', 'type'])

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
