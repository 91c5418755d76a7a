import { specTypeSchemas } from '@modelcontextprotocol/client'
import { z } from 'zod'
import { LISTS, type Listed, type ListKind } from './listed.ts'
import { paramHeadersOf } from './param-headers.ts'

type Path = readonly PropertyKey[]

/** An entry as it may be shown to anybody, or why it may not, in words for strangers. */
export type ReadEntry = { readonly item: Listed } | { readonly fault: string }

const SCHEMAS = {
  tools: specTypeSchemas.Tool,
  resources: specTypeSchemas.Resource,
  resourceTemplates: specTypeSchemas.ResourceTemplate,
  prompts: specTypeSchemas.Prompt,
} as const

const EMPTY = { type: 'object' }
/** A JSON Schema of an object, as strict as the strictest revision of MCP is. */
const ObjectSchema = z.looseObject({
  $schema: z.string().optional(),
  type: z.literal('object'),
  properties: z.record(z.string(), z.union([z.boolean(), z.looseObject({})])).optional(),
  required: z.array(z.string()).optional(),
})

/**
 * Hold one entry of a list against what the official clients of both eras can read: a single one that they cannot makes
 * the whole list unreadable for them. Null where it may not be counts as absent and is taken out; everything else
 * stays as its server wrote it.
 */
export function readEntry(kind: ListKind, entry: unknown): ReadEntry {
  if (!isObject(entry)) return { fault: 'an entry that is no object' }
  if (!isNamed(entry)) return { fault: 'an entry without a name' }
  const { name } = entry
  const { key } = LISTS[kind]
  if (typeof entry[key] !== 'string' || entry[key] === '') return { fault: `${name}: no ${key}` }
  if (kind === 'tools' && !isObject(entry.inputSchema)) return { fault: `${name}: no input schema` }
  const faults = faultsOf(kind, entry)
  const item = faults.length === 0 ? entry : withoutNulls(entry, faults)
  const [path] = item === entry ? faults : faultsOf(kind, item)
  if (path) return { fault: `${name}: ${path.join('.').slice(0, 100)} is not what the specification allows` }
  if (kind === 'tools' && !paramHeadersOf(item.inputSchema))
    return { fault: `${name}: an x-mcp-header annotation breaks the rules` }
  return { item }
}

/** Where it is not what it has to be. */
function faultsOf(kind: ListKind, entry: Listed): readonly Path[] {
  // Below, as the SDK walks through all of the schema for what JSON cannot hold anyway.
  const rest = kind === 'tools' ? { ...entry, inputSchema: EMPTY } : entry
  const { issues } = SCHEMAS[kind]['~standard'].validate(rest)
  const found = (issues ?? []).map(({ path = [] }) =>
    path.map((step) => (typeof step === 'object' ? step.key : step)),
  )
  if (kind !== 'tools') return found
  const { inputSchema, outputSchema } = entry
  // Since 2026-07-28 the root of an output may be anything; one that is an object is still what it was.
  const isObjectOutput = isObject(outputSchema) && outputSchema.type === 'object'
  return [
    ...found,
    ...faultsOfSchema('inputSchema', inputSchema),
    ...(isObjectOutput ? faultsOfSchema('outputSchema', outputSchema) : []),
  ]
}

function faultsOfSchema(key: string, schema: unknown): readonly Path[] {
  return ObjectSchema.safeParse(schema).error?.issues.map(({ path }) => [key, ...path]) ?? []
}

/** The same entry where nothing at these places is null. */
function withoutNulls(entry: Listed, places: readonly Path[]): Listed {
  const nulls = places.filter((path) => path.reduce<unknown>(child, entry) === null)
  if (nulls.length === 0) return entry
  const copy = structuredClone(entry)
  for (const path of nulls) {
    const parent = path.slice(0, -1).reduce<unknown>(child, copy)
    const last = path.at(-1)
    if (isObject(parent) && last !== undefined) Reflect.deleteProperty(parent, last)
  }
  return copy
}

function isNamed(entry: Readonly<Record<string, unknown>>): entry is Listed {
  return typeof entry.name === 'string' && entry.name !== ''
}

function child(node: unknown, key: PropertyKey): unknown {
  return typeof node === 'object' && node !== null ? Reflect.get(node, key) : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
