import {
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server'
import type { FastifyInstance } from 'fastify'
import { asHostname } from '../host/as-hostname.ts'
import type { AuditRefusal } from './refusals.ts'

const REMEMBERED = 1000

/**
 * Refuse foreign Host and Origin headers with 403 (DNS rebinding; MCP streamable-http, Security Warning).
 * Loopback names are always allowed, so that local clients and probes work.
 */
export function guardOrigins(
  app: FastifyInstance,
  allowedHosts: readonly string[],
  allowedOrigins: readonly string[],
  auditRefusal: AuditRefusal,
): void {
  const hosts = [...localhostAllowedHostnames(), ...allowedHosts.map(asHostname)]
  const origins = [...localhostAllowedOrigins(), ...allowedOrigins]
  const isHost = remember((host) => validateHostHeader(host, hosts).ok)
  const isOrigin = remember((origin) => validateOriginHeader(origin, origins).ok)
  app.addHook('onRequest', (request, reply, done) => {
    const { host, origin } = request.headers
    if (host !== undefined && isHost(host) && (origin === undefined || isOrigin(origin))) {
      done()
      return
    }
    const message =
      'Forbidden: this Host or Origin is not allowed. Add it to ALLOWED_HOSTS or ALLOWED_ORIGINS.'
    const refuse = () => reply.code(403).send({ jsonrpc: '2.0', id: null, error: { code: -32000, message } })
    const kept = auditRefusal({ requestId: request.id, kind: 'request', rule: 'origin' })
    if (kept) void kept.then(refuse)
    else refuse()
  })
}

/** The same few headers come with every request; parsing them once each is enough. */
function remember(check: (value: string) => boolean): (value: string) => boolean {
  const known = new Map<string, boolean>()
  return (value) => {
    const found = known.get(value)
    if (found !== undefined) return found
    if (known.size >= REMEMBERED) known.clear()
    const verdict = check(value)
    known.set(value, verdict)
    return verdict
  }
}
