import { type Context, printJson, terminalOn } from '../context.ts'
import { targetFor } from '../mcp/target.ts'
import { withClient } from '../mcp/with-client.ts'
import { printableLine } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'
import type { ToolsOptions } from './tools.ts'

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
    ...listed.resources.map((resource) => ({ ...resource, uri: resource.uri })),
    ...listed.resourceTemplates.map((template) => ({ ...template, uri: template.uriTemplate })),
  ]
  const terminal = terminalOn(context)
  if (all.length === 0) return terminal.print(`${target.name} offers no resources to you.`)
  const rows = all.map(({ uri, mimeType = '', title, description, name }) =>
    [uri, mimeType, description ?? title ?? name].map(printableLine),
  )
  const columns = [{ title: 'URI' }, { title: 'TYPE' }, { title: 'WHAT IT IS', flexible: true }]
  terminal.print(table(columns, rows, terminal))
}
