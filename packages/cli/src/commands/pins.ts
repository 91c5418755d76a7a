import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { type Context, printJson, terminalOn } from '../context.ts'
import { askGateway, type GatewayOptions } from '../gateway/ask-gateway.ts'
import { printableLine } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface PinOptions extends GatewayOptions {
  readonly json?: boolean
}

const Tool = z.object({
  name: z.string(),
  state: z.enum(['pinned', 'drifted', 'suspicious']),
  quarantined: z.boolean(),
  hash: z.string(),
  pinned: z.string().optional(),
  pinnedAt: z.string().optional(),
  acceptedBy: z.string().optional(),
  suspicions: z.array(z.string()).default([]),
})
type Tool = z.output<typeof Tool>

const Change = z.object({
  field: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  lines: z.array(z.string()).optional(),
})
const Changed = Tool.extend({ changes: z.array(Change) })
const Accepted = z.object({
  accepted: z.array(z.string()),
  shared: z.boolean().nullable(),
  written: z.boolean().nullable(),
})

/** Show which definitions of tools are pinned, and which are not as they were. */
export async function listPins(context: Context, options: PinOptions): Promise<void> {
  const { tools } = await askGateway(context, options, {
    path: 'pins',
    answer: z.object({ tools: z.array(Tool) }),
  })
  if (options.json) return printJson(context, tools)
  const terminal = terminalOn(context)
  if (tools.length === 0) return terminal.print('No server was reached yet, so there is nothing to pin.')
  const columns = [
    { title: 'TOOL' },
    { title: 'STATE' },
    { title: 'HASH' },
    { title: 'PINNED', flexible: true },
  ]
  terminal.print(table(columns, tools.map(rowOf), terminal))
}

/** Show what became of tools since they were pinned. */
export async function diffPins(
  context: Context,
  server: string | undefined,
  options: PinOptions,
): Promise<void> {
  const body = server === undefined ? {} : { server }
  const answer = z.object({ tools: z.array(Changed) })
  const { tools } = await askGateway(context, options, { path: 'pins/diff', body, answer })
  if (options.json) return printJson(context, tools)
  const terminal = terminalOn(context)
  if (tools.length === 0) return terminal.print('Every tool is what was pinned.')
  for (const tool of tools) terminal.print(shown(tool, terminal))
}

/** Take the tools of a server as they are now. */
export async function acceptPins(
  context: Context,
  server: string,
  { tool: tools, ...options }: PinOptions & { readonly tool?: readonly string[] },
): Promise<void> {
  const body = { server, ...(tools && { tools }) }
  const said = await askGateway(context, options, { path: 'pins/accept', body, answer: Accepted })
  if (options.json) return printJson(context, said)
  if (said.written === false)
    throw new InvalidError('Accepted, but GATEWAY_PINS_FILE cannot be written: a restart forgets it.')
  const terminal = terminalOn(context)
  const names = said.accepted.map(printableLine).join(', ')
  terminal.print(
    names === ''
      ? `Nothing at ${server} is other than what was pinned.`
      : `Accepted ${names}${reachOf(said)}`,
  )
}

function reachOf({ shared, written }: z.output<typeof Accepted>): string {
  if (shared === true) return ' on all replicas.'
  if (shared === false)
    return ' on one replica: Redis cannot be reached, and the others follow when it is back.'
  return written === true ? '; a restart keeps it.' : '; a restart pins what it sees then.'
}

function rowOf({ name, state, quarantined, hash, pinnedAt, acceptedBy }: Tool): string[] {
  const by = acceptedBy === undefined ? 'at first sight' : `accepted by ${acceptedBy}`
  const pinned = pinnedAt === undefined ? 'never' : `${pinnedAt} ${by}`
  return [name, quarantined ? `${state}, in quarantine` : state, shortOf(hash), pinned].map(printableLine)
}

function shown({ changes, ...tool }: z.output<typeof Changed>, { colors }: Terminal): string {
  const { name, state, quarantined, hash, pinned, suspicions } = tool
  const hashes =
    pinned === hash
      ? shortOf(hash)
      : `${pinned === undefined ? 'never pinned' : shortOf(pinned)} → ${shortOf(hash)}`
  const title = `${name}  ${state}${quarantined ? ', in quarantine' : ''}  ${hashes}`
  const lines = changes.flatMap(({ field, before, after, lines: text }) => [
    colors.bold(`  ${visible(field)}`),
    ...(text ?? [...sideOf('-', before), ...sideOf('+', after)]).map(
      (line) => `    ${coloured(visible(line), colors)}`,
    ),
  ])
  const reasons = suspicions.map((reason) => `  ${colors.yellow(visible(reason))}`)
  return [colors.bold(printableLine(title)), ...lines, ...reasons, ''].join('\n')
}

function sideOf(sign: '-' | '+', value: unknown): string[] {
  return value === undefined ? [] : [`${sign}${typeof value === 'string' ? value : JSON.stringify(value)}`]
}

/** What a terminal would obey, or nobody would see, is what there is to see here. */
function visible(line: string): string {
  return line.replace(
    /[^\P{C}]/gu,
    (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  )
}

function coloured(line: string, colors: Terminal['colors']): string {
  if (line.startsWith('-')) return colors.red(line)
  return line.startsWith('+') ? colors.green(line) : line
}

function shortOf(hash: string): string {
  return hash.slice('sha256:'.length, 'sha256:'.length + 12)
}
