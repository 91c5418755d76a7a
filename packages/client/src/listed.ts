import { specTypeSchemas } from '@modelcontextprotocol/client'
import { paramHeadersOf } from './param-headers.ts'

export type ListKind = 'tools' | 'resources' | 'resourceTemplates' | 'prompts'

/** One entry of a list, as the server wrote it. */
export type Listed = Readonly<Record<string, unknown>> & { readonly name: string }

export const LISTS = {
  tools: { method: 'tools/list', field: 'tools', capability: 'tools', key: 'name' },
  resources: { method: 'resources/list', field: 'resources', capability: 'resources', key: 'uri' },
  resourceTemplates: {
    method: 'resources/templates/list',
    field: 'resourceTemplates',
    capability: 'resources',
    key: 'uriTemplate',
  },
  prompts: { method: 'prompts/list', field: 'prompts', capability: 'prompts', key: 'name' },
} as const satisfies Record<ListKind, { method: string; field: string; capability: string; key: string }>

const SCHEMAS = {
  tools: specTypeSchemas.Tool,
  resources: specTypeSchemas.Resource,
  resourceTemplates: specTypeSchemas.ResourceTemplate,
  prompts: specTypeSchemas.Prompt,
}

/**
 * One entry of a list as it can be shown, or why it cannot, in words for strangers. Clients take a list as a whole: one
 * entry that breaks the protocol's schema would cost them all others. Optional fields that are null count as absent, as
 * some servers write them; what the schema does not know stays.
 */
export function readListed(kind: ListKind, entry: unknown): Listed | string {
  if (!isObject(entry)) return 'an entry that is no object'
  const { name } = entry
  if (typeof name !== 'string' || name === '') return 'an entry without a name'
  const { key } = LISTS[kind]
  if (typeof entry[key] !== 'string' || entry[key] === '') return `${name}: no ${key}`
  const isTool = kind === 'tools'
  if (isTool && !isObject(entry.inputSchema)) return `${name}: no input schema`
  const item: Listed = { ...withoutNulls(entry), name }
  const { issues: [issue] = [] } = check(kind, item)
  if (issue) return `${name}: ${issue.path?.join('.')}: ${issue.message}`
  if (isTool && !paramHeadersOf(item.inputSchema))
    return `${name}: an x-mcp-header annotation breaks the rules`
  return item
}

function check(kind: ListKind, item: Listed) {
  const checked = SCHEMAS[kind]['~standard'].validate(item)
  // None of the protocol's schemas waits for anything.
  if (checked instanceof Promise) throw new TypeError(`The schema of ${kind} is asynchronous`)
  return checked
}

function withoutNulls(entry: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
