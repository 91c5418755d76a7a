import { type Context, printJson, terminalOn } from '../context.ts'
import { targetFor } from '../mcp/target.ts'
import { withClient } from '../mcp/with-client.ts'
import { printableLine } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'
import type { ToolsOptions } from './tools.ts'

/** Enough to see what there is; thousands of single resources help nobody. */
const MOST_ROWS = 40

/** List the resources and the templates of resources. */
export async function resources(context: Context, options: ToolsOptions): Promise<void> {
  const target = await targetFor(context.settings, options.server)
  const listed = await withClient(target, async (client) => {
    const [{ resources }, { resourceTemplates }] = await Promise.all([
      client.listResources(),
      client.listResourceTemplates(),
    ])
    return { resources, resourceTemplates }
  })
  if (options.json) return printJson(context, listed)
  const all = [
    ...listed.resourceTemplates.map((template) => ({ ...template, uri: template.uriTemplate })),
    ...listed.resources,
  ]
  const terminal = terminalOn(context)
  if (all.length === 0) return terminal.print(`${target.name} offers no resources to you.`)
  const rows = all
    .slice(0, MOST_ROWS)
    .map(({ uri, mimeType = '', title, description, name }) =>
      [uri, mimeType, [title ?? name, description].filter(Boolean).join(': ')].map(printableLine),
    )
  const columns = [{ title: 'URI' }, { title: 'TYPE' }, { title: 'WHAT IT IS', flexible: true }]
  terminal.print(table(columns, rows, terminal))
  if (all.length > MOST_ROWS) terminal.print(`… and ${all.length - MOST_ROWS} more; --json lists all.`)
}
