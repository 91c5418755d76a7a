import type { Context } from '../context.ts'
import { readFleet } from '../fleet/fleet-file.ts'
import { runAttached } from '../process/run-attached.ts'
import { withDomain } from './domain-command.ts'

export interface StdioOptions {
  readonly subject: string
  readonly tenant: string
  readonly scopes?: string
}

/** Serve one domain over stdin and stdout, which carry the protocol only, as the given person. */
export async function stdio(context: Context, name: string, options: StdioOptions): Promise<number> {
  const { subject, tenant } = options
  const fleet = await readFleet(context.settings.home)
  const scopes = options.scopes?.split(/[\s,]+/).join(' ') ?? fleet?.servers[name]?.scopes.join(' ')
  return withDomain(context, { name, purpose: 'stdio', quiet: true }, (app, foundation) =>
    runAttached([app.main, 'stdio'], {
      cwd: app.directory,
      env: {
        ...foundation.serverEnvironment(app),
        MCP_BEARER_SUBJECT: subject,
        MCP_BEARER_TENANT: tenant,
        ...(scopes !== undefined && { MCP_BEARER_SCOPES: scopes }),
      },
    }),
  )
}
