import { InvalidError } from '@atoll/errors'
import type { Tool } from '@modelcontextprotocol/client'
import { type Context, printJson, terminalOn } from '../context.ts'
import { targetFor } from '../mcp/target.ts'
import { withClient } from '../mcp/with-client.ts'
import { nearest } from '../terminal/nearest.ts'
import { printable, printableLine } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface ToolsOptions {
  readonly server?: string
  readonly json?: boolean
}

/** List the tools, or show one in full. */
export async function tools(
  context: Context,
  name: string | undefined,
  options: ToolsOptions,
): Promise<void> {
  const target = await targetFor(context.settings, options.server)
  const { tools } = await withClient(target, (client) => client.listTools())
  const terminal = terminalOn(context)
  if (name !== undefined) {
    const tool = findTool(tools, name)
    if (options.json) printJson(context, tool)
    else terminal.print(describeTool(tool, terminal))
  } else if (options.json) printJson(context, tools)
  else if (tools.length === 0) terminal.print(`${target.name} offers no tools to you.`)
  else terminal.print(listTools(tools, terminal))
}

/** Throws InvalidError, with the nearest names, when there is no such tool. */
export function findTool(tools: readonly Tool[], name: string): Tool {
  const found = tools.find((tool) => tool.name === name)
  if (found) return found
  const names = tools.map((tool) => tool.name)
  const similar = nearest(name, names)
  const hint =
    similar.length > 0
      ? `did you mean ${similar.join(' or ')}?`
      : `\`atoll tools\` lists all ${names.length}.`
  throw new InvalidError(`There is no tool "${printableLine(name)}" that you may use; ${hint}`)
}

function listTools(tools: readonly Tool[], terminal: Terminal): string {
  const rows = tools.map((tool) => [
    printableLine(tool.name),
    effectOf(tool),
    printableLine(tool.description ?? tool.title ?? ''),
  ])
  return table(
    [{ title: 'TOOL' }, { title: 'EFFECT' }, { title: 'WHAT IT DOES', flexible: true }],
    rows,
    terminal,
  )
}

function describeTool(tool: Tool, terminal: Terminal): string {
  const { properties = {}, required = [] } = tool.inputSchema
  const rows = Object.entries(properties).map(([name, schema]) => [
    printableLine(name),
    typeOf(schema),
    required.includes(name) ? 'yes' : '',
    printableLine(textIn(schema, 'description')),
  ])
  const columns = [
    { title: 'ARGUMENT' },
    { title: 'TYPE', flexible: true },
    { title: 'NEEDED' },
    { title: 'MEANING', flexible: true },
  ]
  const { bold, dim } = terminal.colors
  return [
    `${bold(printableLine(tool.name))}  ${dim(effectOf(tool))}`,
    printable(tool.description ?? ''),
    rows.length === 0 ? 'It takes no arguments.' : table(columns, rows, terminal),
  ].join('\n\n')
}

/** What a call does to the world, as its hints say. */
function effectOf({ annotations = {} }: Tool): string {
  if (annotations.readOnlyHint) return 'read'
  return annotations.destructiveHint === false ? 'write' : 'destroy'
}

function typeOf(schema: unknown): string {
  const type = textIn(schema, 'type')
  if (typeof schema !== 'object' || schema === null) return type
  if ('enum' in schema && Array.isArray(schema.enum))
    return schema.enum.map(String).map(printableLine).join(' | ')
  if (type === 'array' && 'items' in schema) return `list of ${typeOf(schema.items)}`
  return type || 'any'
}

function textIn(schema: unknown, key: string): string {
  const value: unknown = typeof schema === 'object' && schema !== null ? Reflect.get(schema, key) : undefined
  return Array.isArray(value) ? value.join(' | ') : typeof value === 'string' ? value : ''
}
