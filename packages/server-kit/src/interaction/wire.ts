import { z } from 'zod'
import type { InputRequest } from '../define/interaction.ts'
import type { ClientCapabilities } from '../edge/service.ts'

/** An input request as it stands in `inputRequests` (MCP schema, InputRequest). */
export function toWire(request: InputRequest): { method: string; params?: Record<string, unknown> } {
  switch (request.kind) {
    case 'form':
      return { method: 'elicitation/create', params: formParams(request) }
    case 'url':
      return {
        method: 'elicitation/create',
        params: { mode: 'url', message: request.message, url: request.url },
      }
    case 'sampling':
      return { method: 'sampling/createMessage', params: request.params }
    case 'roots':
      return { method: 'roots/list' }
  }
}

export function formParams(request: Extract<InputRequest, { kind: 'form' }>): Record<string, unknown> {
  const {
    $schema: _,
    additionalProperties: __,
    ...requestedSchema
  } = request.jsonSchema ?? (z.toJSONSchema(request.schema, { io: 'input' }) as Record<string, unknown>)
  return { mode: 'form', message: request.message, requestedSchema }
}

/** Whether the client declared that it can answer; an empty `elicitation` means forms (MCP client/elicitation). */
export function canAnswer(kind: InputRequest['kind'], capabilities: ClientCapabilities): boolean {
  const { elicitation } = capabilities
  switch (kind) {
    case 'form':
      return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined)
    case 'url':
      return elicitation?.url !== undefined
    case 'sampling':
      return capabilities.sampling !== undefined
    case 'roots':
      return capabilities.roots !== undefined
  }
}

/** The capability to name in a -32021 error. */
export function requiredCapability(kind: InputRequest['kind']): Record<string, unknown> {
  if (kind === 'form') return { elicitation: { form: {} } }
  if (kind === 'url') return { elicitation: { url: {} } }
  return { [kind]: {} }
}
