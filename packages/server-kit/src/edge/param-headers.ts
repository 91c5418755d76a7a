import type { IncomingHttpHeaders } from 'node:http'
import { HEADER_MISMATCH, ProtocolError } from './protocol-error.ts'
import type { ParamHeader } from './service.ts'

/**
 * Hold `Mcp-Param-*` headers against the arguments they mirror (MCP streamable-http, Custom Headers from Tool
 * Parameters). Throws ProtocolError -32020.
 */
export function checkParamHeaders(
  declared: readonly ParamHeader[],
  args: unknown,
  headers: IncomingHttpHeaders,
): void {
  for (const { path, name } of declared) {
    const header = headers[`mcp-param-${name.toLowerCase()}`]
    const value = path.reduce(memberOf, args)
    const isAbsent = value === undefined || value === null
    if (header === undefined && isAbsent) continue
    const decoded = typeof header === 'string' ? decodeHeaderValue(header) : undefined
    if (isAbsent || decoded === undefined || !agrees(decoded, value)) {
      throw new ProtocolError(
        HEADER_MISMATCH,
        `The header Mcp-Param-${name} must be present exactly when the argument "${path.join('.')}" is, and equal to it`,
      )
    }
  }
}

function memberOf(node: unknown, key: string): unknown {
  return typeof node === 'object' && node !== null && Object.hasOwn(node, key)
    ? (node as Record<string, unknown>)[key]
    : undefined
}

/** Undo `=?base64?…?=` (MCP streamable-http, Value Encoding). Undefined for a malformed value. */
export function decodeHeaderValue(header: string): string | undefined {
  const match = /^=\?base64\?(.*)\?=$/.exec(header)
  if (!match) return /^[\x20-\x7e\t]*$/.test(header) ? header : undefined
  const encoded = match[1] ?? ''
  const bytes = Buffer.from(encoded, 'base64')
  return bytes.toString('base64') === encoded ? bytes.toString('utf8') : undefined
}

function agrees(header: string, value: unknown): boolean {
  if (typeof value === 'string') return header === value
  if (typeof value === 'boolean') return header === String(value)
  // Integers compare as numbers: `42` and `42.0` name the same value.
  return typeof value === 'number' && header.trim() !== '' && Number(header) === value
}
