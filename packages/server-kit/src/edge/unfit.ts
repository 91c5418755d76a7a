import type { LimitedError } from '@atoll/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { NAMED } from './methods.ts'
import { HEADER_MISMATCH } from './protocol-error.ts'
import type { AuditRefusal } from './refusals.ts'
import type { Service } from './service.ts'

/**
 * Counts and audits a request of a known caller that is refused for its form: its headers and its body do not fit, say. Who
 * could send those for nothing could do so for ever. Resolves to what refuses it instead, where its caller's limits do.
 */
export type NoteUnfit = (
  request: FastifyRequest,
  reply: FastifyReply,
  errorCode?: string,
) => Promise<LimitedError | undefined>

export function createNoteUnfit(service: Pick<Service, 'countUnfit'>, auditRefusal: AuditRefusal): NoteUnfit {
  return async ({ id: requestId, principal, body }, reply, errorCode = String(HEADER_MISMATCH)) => {
    const { method, kind, name } = describe(body)
    const setHeader = (header: string, value: string) => void reply.header(header, value)
    const limited = await service.countUnfit?.(method, { principal, setHeader })
    const why = limited ? { rule: limited.rule, errorCode: limited.error.code } : { rule: 'input', errorCode }
    await auditRefusal({ requestId, principal, kind, name, ...why })
    return limited?.error
  }
}

const KINDS: Readonly<Record<string, string>> = {
  'tools/call': 'tool',
  'prompts/get': 'prompt',
  'resources/read': 'resource',
}

/** What a body asks for, which may be anything. */
function describe(body: unknown): { method: string; kind: string; name: string } {
  const { method: given, params } = isObject(body) ? body : {}
  const method = typeof given === 'string' ? given : ''
  const named = isObject(params) ? params[NAMED[method] ?? ''] : undefined
  return { method, kind: KINDS[method] ?? 'request', name: typeof named === 'string' ? named : method }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
