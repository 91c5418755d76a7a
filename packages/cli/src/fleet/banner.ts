import type { App } from '../apps/app.ts'
import type { Settings } from '../settings.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { describeSeconds } from './duration.ts'
import { type Fleet, fleetFile } from './fleet-file.ts'
import { howToCall } from './how-to-call.ts'
import { DEVELOPER } from './identity.ts'

export interface ServerLine {
  readonly app: App
  /** `ready`, or what it is waiting for. */
  readonly state: string
}

/** All that a person needs to use the fleet: addresses, token, client configuration, a command to try. */
export function banner(
  fleet: Fleet,
  lines: readonly ServerLine[],
  { settings, terminal, logs }: { settings: Settings; terminal: Terminal; logs?: string },
): string {
  const { colors } = terminal
  const heading = (text: string) => colors.bold(text)
  const rows = lines.map(({ app, state }) => [
    app.name,
    app.mcp,
    state === 'ready' ? colors.green(state) : colors.yellow(state),
  ])
  const expires = new Date(fleet.expiresAt).toLocaleString('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'short',
  })
  return [
    '',
    table([{ title: 'SERVER' }, { title: 'URL' }, { title: 'STATE', flexible: true }], rows, terminal),
    '',
    `${heading('Gateway')}  ${colors.cyan(fleet.gateway.mcp)}`,
    '',
    heading('Development token') +
      ` of ${fleet.subject} (tenant ${fleet.tenant}, all scopes), for the gateway, for ${describeSeconds(DEVELOPER.ttl)}: until ${expires}`,
    fleet.token,
    '',
    `${heading('Client configuration')} for Claude Code, Cursor, VS Code and others`,
    clientConfiguration(fleet),
    '',
    `${heading('Try it')}  ${colors.cyan(exampleCommand(lines, settings))}`,
    colors.dim(`Addresses and tokens are in ${fleetFile(settings.home)}${logs ? `, logs in ${logs}` : ''}.`),
    colors.dim('Ctrl-C stops all of it.'),
  ].join('\n')
}

/** The `mcpServers` JSON that MCP hosts read. */
export function clientConfiguration({ gateway, token }: Fleet): string {
  const atoll = { type: 'http', url: gateway.mcp, headers: { Authorization: `Bearer ${token}` } }
  return JSON.stringify({ mcpServers: { atoll } }, undefined, 2)
}

function exampleCommand(lines: readonly ServerLine[], settings: Settings): string {
  const call = howToCall(settings.env)
  const shown = lines.find(({ app, state }) => app.example !== undefined && state === 'ready')?.app
  if (shown?.example === undefined) return `${call} tools`
  const args = JSON.stringify(shown.example.arguments).replaceAll("'", `'\\''`)
  return `${call} call ${shown.name}__${shown.example.tool} '${args}'`
}
