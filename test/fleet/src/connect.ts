import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { atoll } from './run.ts'
import type { Fleet } from './start-fleet.ts'

export interface Who {
  subject: string
  tenant: string
  scopes: string
}

/** A real client at the gateway, with a token that the command line signed. */
export async function connectAs(
  fleet: Pick<Fleet, 'env' | 'gateway'>,
  { subject, tenant, scopes }: Who,
): Promise<Client> {
  const who = ['--subject', subject, '--tenant', tenant, '--scopes', scopes, '--ttl', '1h']
  const token = (await atoll(['token', ...who], fleet.env)).stdout.trim()
  const client = new Client({ name: subject, version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(fleet.gateway.mcp), { requestInit }))
  return client
}

/** What a tool answers; throws what it refuses. */
export async function answerOf<T>(client: Client, name: string, args: Record<string, unknown>): Promise<T> {
  const result = await client.callTool({ name, arguments: args })
  if (result.isError) throw new Error(JSON.stringify(result.content))
  return result.structuredContent as T
}
