/** A JSON-RPC error as the specification defines it (MCP basic/index, Error Codes). */
export class ProtocolError extends Error {
  readonly code: number
  readonly data: Readonly<Record<string, unknown>> | undefined
  constructor(code: number, message: string, data?: Readonly<Record<string, unknown>>) {
    super(message)
    this.name = 'ProtocolError'
    this.code = code
    this.data = data
  }
}

export const INVALID_PARAMS = -32602
export const METHOD_NOT_FOUND = -32601
export const INTERNAL_ERROR = -32603
export const HEADER_MISMATCH = -32020
export const MISSING_CLIENT_CAPABILITY = -32021
