import { isCompilable } from './compilable-schema.ts'
import type { Entry } from './entry.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * A tool as clients of 2025-11-25 and before can read it: their output schemas are objects, so that any other is wrapped in
 * one as `result` (as the official SDK does for its servers), and properties are no booleans. An output schema that they could
 * not compile is left out. The same object where nothing differs.
 */
export function legacyTool(listed: Json): Json {
  const inputSchema = withoutBooleans(listed.inputSchema)
  const outputSchema = outputOf(listed)
  if (inputSchema === listed.inputSchema && outputSchema === listed.outputSchema) return listed
  const { outputSchema: _, ...rest } = listed
  return { ...rest, inputSchema, ...(outputSchema !== undefined && { outputSchema }) }
}

function outputOf(listed: Json): Json | undefined {
  if (!isObject(listed.outputSchema)) return undefined
  const unnamed = withoutName(listed.outputSchema)
  const schema = isWrapped(listed) ? wrapped(unnamed) : withoutBooleans(unnamed)
  return isCompilable(schema) ? schema : undefined
}

/** Clients take two schemas of one name for the same, whichever tools they are of. */
function withoutName(schema: Json): Json {
  const { $id, ...rest } = schema
  return typeof $id === 'string' ? rest : schema
}

/** In place: what a tool answered that lists another output to clients of that time than it has. */
export function wrapOutput<T extends Record<string, unknown>>(result: T, entry: Entry | undefined): T {
  if (entry && entry.legacy !== entry.listed && isWrapped(entry.listed) && 'structuredContent' in result)
    Object.assign(result, { structuredContent: { result: result.structuredContent } })
  return result
}

function isWrapped(listed: Json): listed is { readonly outputSchema: Json } {
  return isObject(listed.outputSchema) && listed.outputSchema.type !== 'object'
}

function wrapped(schema: Json): Json {
  const { $schema } = schema
  return {
    ...(typeof $schema === 'string' && { $schema }),
    type: 'object',
    properties: { result: moved(schema) },
    required: ['result'],
  }
}

/** Keywords that hold values, and those that hold schemas by names of the author's. */
const VALUES: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples'])
const BY_NAME: ReadonlySet<string> = new Set([
  ...['properties', 'patternProperties', 'dependentSchemas', 'dependencies'],
  ...['$defs', 'definitions'],
])

/** With references that lead where the schema is now. Those inside one with an address of its own stay as they are. */
function moved(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(moved)
  if (!isObject(node)) return node
  if (node.$id !== undefined && !(typeof node.$id === 'string' && node.$id.startsWith('#'))) return node
  return mapped(node, (value, key) => {
    if (VALUES.has(key)) return value
    if ((key === '$ref' || key === '$dynamicRef') && typeof value === 'string')
      return value.replace(/^#(?=\/|$)/, '#/properties/result')
    return BY_NAME.has(key) && isObject(value) ? mapped(value, moved) : moved(value)
  })
}

/** `true` and `false` in the words that every JSON Schema has for them. */
function withoutBooleans<T>(schema: T): T | Json {
  if (!isObject(schema) || !isObject(schema.properties)) return schema
  if (Object.values(schema.properties).every((property) => typeof property !== 'boolean')) return schema
  const spelled = (property: unknown) =>
    property === true ? {} : property === false ? { not: {} } : property
  return { ...schema, properties: mapped(schema.properties, spelled) }
}

function mapped(node: Json, change: (value: unknown, key: string) => unknown): Json {
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, change(value, key)]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
