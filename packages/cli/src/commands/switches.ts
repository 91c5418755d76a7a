import { z } from 'zod'
import { type Context, printJson, terminalOn } from '../context.ts'
import { askGateway, type GatewayOptions } from '../gateway/ask-gateway.ts'
import { printableLine } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'

export interface SwitchOptions extends GatewayOptions {
  readonly reason?: string
  readonly json?: boolean
}

const Word = z.object({ what: z.string(), reason: z.string(), by: z.string(), at: z.string() })
/** `shared` and `written` are null where there is no Redis, or no file. */
const Said = Word.extend({ shared: z.boolean().nullable(), written: z.boolean().nullable() })
const Disabled = z.object({ disabled: z.array(Word) })

/** Disable a tool, a server or a tenant at once, or enable it again. */
export async function setSwitch(
  context: Context,
  what: string,
  disabled: boolean,
  options: SwitchOptions,
): Promise<void> {
  const { reason, json } = options
  const body = { what, disabled, ...(reason !== undefined && { reason }) }
  const said = await askGateway(context, options, { path: 'switches', body, answer: Said })
  if (json) return printJson(context, said)
  const terminal = terminalOn(context)
  terminal.print(`${disabled ? 'Disabled' : 'Enabled'} ${printableLine(named(said.what))}${reachOf(said)}`)
}

/** Show what is disabled, by whom and why. */
export async function disabled(context: Context, options: SwitchOptions): Promise<void> {
  const answer = await askGateway(context, options, { path: 'switches', answer: Disabled })
  if (options.json) return printJson(context, answer.disabled)
  const terminal = terminalOn(context)
  if (answer.disabled.length === 0) return terminal.print('Nothing is disabled.')
  const rows = answer.disabled.map(({ what, reason, by, at }) =>
    [named(what), reason, by, at].map(printableLine),
  )
  const columns = [
    { title: 'DISABLED' },
    { title: 'REASON', flexible: true },
    { title: 'BY' },
    { title: 'SINCE' },
  ]
  terminal.print(table(columns, rows, terminal))
}

function named(what: string): string {
  return what.startsWith('tenant:') ? what : what.slice(what.indexOf(':') + 1)
}

function reachOf({ shared, written }: z.output<typeof Said>): string {
  const kept = written === false ? ' It could not be written to its file, so a restart may forget it.' : ''
  if (shared === true) return ` on all replicas.${kept}`
  if (shared === false)
    return ` on one replica: Redis cannot be reached, and the others follow when it is back.${kept}`
  return written === true ? '; a restart keeps it.' : `; a restart forgets it.${kept}`
}
