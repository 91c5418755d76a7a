import { userInfo } from 'node:os'
import type { Principal } from '@atoll/auth'
import { z } from 'zod'
import type { ServerDefinition } from '../define/define-server.ts'
import { type Environment, parseEnvironment } from './config.ts'

const StdioConfig = z.object({
  /** Whose data the local host works with. */
  MCP_STDIO_TENANT: z.string({ error: 'must name the tenant whose data this process may see' }),
  MCP_STDIO_SUBJECT: z.string().optional(),
  /** Space separated; all scopes of the domain unless given. */
  MCP_STDIO_SCOPES: z.string().optional(),
})

/** Over stdio there is no token: the person who starts the process is the caller. Throws ConfigError. */
export function stdioPrincipal(server: ServerDefinition, env: Environment): Principal {
  const config = parseEnvironment(StdioConfig, env)
  const scopes = config.MCP_STDIO_SCOPES?.split(/\s+/).filter((scope) => scope !== '')
  return {
    subject: config.MCP_STDIO_SUBJECT ?? userInfo().username,
    tenant: config.MCP_STDIO_TENANT,
    scopes: new Set(scopes ?? Object.keys(server.domain.scopes)),
    roles: new Set(),
    clientId: 'stdio',
    issuer: 'stdio',
    expiresAt: Number.POSITIVE_INFINITY,
  }
}
