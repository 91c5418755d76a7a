import type { Load } from '../measure.ts'
import { modern } from '../requests.ts'

/** The echo call under the name that the gateway gives it. */
export function throughGateway(url: string, token: string, tool: string): Load {
  return {
    url,
    headers: { ...modern.headers, 'mcp-name': tool, authorization: `Bearer ${token}` },
    body: modern.body.replace('"name":"echo"', `"name":"${tool}"`),
  }
}

/** A list of all tools, as a 2026-07-28 client asks for it. */
export function listing(url: string, token: string): Load {
  const { 'mcp-name': _, ...headers } = modern.headers
  const { _meta } = JSON.parse(modern.body).params
  return {
    url,
    headers: { ...headers, 'mcp-method': 'tools/list', authorization: `Bearer ${token}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } }),
  }
}
