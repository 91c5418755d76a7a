import type { Context } from '../context.ts'
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
  const scopes = options.scopes?.split(/[\s,]+/).join(' ')
  return withDomain(context, { name, purpose: 'stdio' }, (app, foundation) =>
    runAttached([app.main, 'stdio'], {
      cwd: app.directory,
      env: {
        ...foundation.serverEnvironment(app),
        MCP_STDIO_SUBJECT: subject,
        MCP_STDIO_TENANT: tenant,
        ...(scopes !== undefined && { MCP_STDIO_SCOPES: scopes }),
      },
    }),
  )
}
