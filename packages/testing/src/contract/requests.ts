const VERSION = '2026-07-28'

/** A well-formed 2026-07-28 request; `headers` and `meta` may be bent by a test. */
export function modernRequest(
  method: string,
  params: Record<string, unknown>,
  token: string | undefined,
): {
  body: { jsonrpc: '2.0'; id: number; method: string; params: Record<string, unknown> }
  headers: Record<string, string>
} {
  const name = params.name ?? params.uri ?? params.taskId
  return {
    body: {
      jsonrpc: '2.0',
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': VERSION,
          'io.modelcontextprotocol/clientCapabilities': {},
          'io.modelcontextprotocol/clientInfo': { name: 'contract', version: '1' },
        },
      },
    },
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': VERSION,
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': name }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
  }
}
