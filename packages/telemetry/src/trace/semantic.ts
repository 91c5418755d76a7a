/**
 * Names of the MCP semantic conventions (semantic-conventions-genai, docs/gen-ai/mcp.md). Their status is
 * "Development", so they live in this file only.
 */
export const ATTRIBUTE = {
  method: 'mcp.method.name',
  protocolVersion: 'mcp.protocol.version',
  toolName: 'gen_ai.tool.name',
  promptName: 'gen_ai.prompt.name',
  operationName: 'gen_ai.operation.name',
  requestId: 'jsonrpc.request.id',
  errorType: 'error.type',
  statusCode: 'rpc.response.status_code',
  transport: 'network.transport',
  protocolName: 'network.protocol.name',
  serverAddress: 'server.address',
  serverPort: 'server.port',
} as const

export const METRIC = {
  server: 'mcp.server.operation.duration',
  client: 'mcp.client.operation.duration',
  serverSession: 'mcp.server.session.duration',
} as const

/** Seconds; the buckets the conventions ask for. */
export const DURATION_BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300] as const

/** What stands in for a value that would make a label unbounded. */
export const OTHER = '_OTHER'

/** Versions that may appear as a label; callers choose the string they send. */
export const PROTOCOL_VERSIONS = [
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
  '2026-07-28',
] as const

/** An OpenTelemetry name as Prometheus spells it. */
export function prometheusName(name: string, unit?: 'seconds'): string {
  return `${name.replaceAll('.', '_')}${unit ? `_${unit}` : ''}`
}
