const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
const call = { name: 'echo', arguments: { text: 'hello there' } }

/** A tool call of a 2026-07-28 client. */
export const modern = {
  headers: { ...json, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo' },
  body: JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      ...call,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
        'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
      },
    },
  }),
}

/** The same call of a 2025-11-25 client. */
export const legacy = {
  headers: { ...json, 'mcp-protocol-version': '2025-11-25' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call }),
}
