type Schema = Readonly<Record<string, unknown>>

const MAX_REFERENCES = 8

/**
 * Whether the JSON Schema of a tool's output restricts how the text at a path is written. The patterns themselves are not
 * run: they come from servers.
 */
export function isPatterned(root: unknown, path: readonly (string | number)[]): boolean {
  let schemas = branchesOf(root, root)
  for (const key of path) {
    schemas = schemas.flatMap((schema) => branchesOf(below(schema, key), root))
    if (schemas.length === 0) return false
  }
  return schemas.some(({ pattern, format }) => pattern !== undefined || format !== undefined)
}

function below(schema: Schema, key: string | number): unknown {
  const { properties, additionalProperties, items, prefixItems } = schema
  if (typeof key === 'number') return (Array.isArray(prefixItems) ? prefixItems[key] : undefined) ?? items
  const named = isSchema(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined
  return named ?? additionalProperties
}

/** A schema with what it refers to and what it is put together from, as far as that is in the same document. */
function branchesOf(schema: unknown, root: unknown, depth = 0): Schema[] {
  if (!isSchema(schema) || depth > MAX_REFERENCES) return []
  const parts = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) =>
    Array.isArray(list) ? list : [],
  )
  const referred = typeof schema.$ref === 'string' ? [referenceOf(schema.$ref, root)] : []
  return [schema, ...[...parts, ...referred].flatMap((part) => branchesOf(part, root, depth + 1))]
}

function referenceOf(reference: string, root: unknown): unknown {
  const [, group = '', name = ''] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference) ?? []
  const definitions = isSchema(root) ? root[group] : undefined
  return isSchema(definitions) && Object.hasOwn(definitions, name) ? definitions[name] : undefined
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
