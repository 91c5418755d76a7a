import type { Principal } from '@atoll/auth'
import type { AuditLog } from '@atoll/telemetry'
import type { FastifyRequest } from 'fastify'
import { NAMED } from './methods.ts'
import { HEADER_MISMATCH } from './protocol-error.ts'

export interface Refusal {
  requestId: string
  /** Undefined where nobody has identified themselves yet. */
  principal?: Principal
  kind: string
  name?: string
  /** What refused: `token`, `origin`, `unknown`, `state`, `subscription`, `input`. */
  rule: string
  errorCode?: string
}

/**
 * Audits what is refused before the pipeline is reached. Resolves when that is safe, also where it could not be kept:
 * a refusal shows nothing and does nothing. Undefined where there is nothing to wait for.
 */
export type AuditRefusal = (refusal: Refusal) => Promise<void> | undefined

export function createAuditRefusal(audit: AuditLog | undefined, server: string): AuditRefusal {
  return ({ requestId, principal, kind, name, rule, errorCode }) => {
    audit?.record({
      event: 'call',
      requestId,
      subject: principal?.subject,
      tenant: principal?.tenant,
      clientId: principal?.clientId,
      issuer: principal?.issuer,
      actor: principal?.actor,
      server,
      kind,
      name: name?.slice(0, 100),
      decision: 'refused',
      rule,
      outcome: 'refused',
      errorCode,
      durationMs: 0,
    })
    return audit?.committed?.(undefined)
  }
}

const KINDS: Readonly<Record<string, string>> = {
  'tools/call': 'tool',
  'prompts/get': 'prompt',
  'resources/read': 'resource',
}

/** A request of a known caller that is refused for its form: its headers and its body do not fit, say. */
export function unfit({ id, principal, body }: FastifyRequest, errorCode = String(HEADER_MISMATCH)): Refusal {
  const { method, params } = isObject(body) ? body : {}
  const known = typeof method === 'string' ? method : ''
  const named = isObject(params) ? params[NAMED[known] ?? ''] : undefined
  const name = typeof named === 'string' ? named : known
  return { requestId: id, principal, kind: KINDS[known] ?? 'request', name, rule: 'input', errorCode }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
