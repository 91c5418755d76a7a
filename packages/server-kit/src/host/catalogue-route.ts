import type { FastifyInstance } from 'fastify'
import { Cancellation } from '../edge/cancellation.ts'
import type { Call, Rendered, Result, Service } from '../edge/service.ts'

/** `GET /tools`: what this server offers, for people and scripts; nothing that a caller's rights decide. */
export function catalogueRoute(app: FastifyInstance, service: Service): void {
  app.get('/tools', async (request) => {
    const result = await service.handle('tools/list', {}, anonymousCall(request.id))
    const { rendered } = result as Partial<Rendered>
    const { tools } = (rendered ? JSON.parse(`{${rendered.legacy}}`) : result) as Result
    return { server: service.info, instructions: service.instructions, tools }
  })
}

/** A caller with no rights at all. */
function anonymousCall(requestId: string): Call {
  const none: ReadonlySet<string> = new Set()
  return {
    era: 'legacy',
    protocolVersion: '2025-11-25',
    transport: 'http',
    principal: { subject: '', tenant: '', scopes: none, roles: none, clientId: '', issuer: '', expiresAt: 0 },
    requestId,
    rpcId: 0,
    meta: {},
    clientCapabilities: {},
    clientInfo: undefined,
    cancellation: new Cancellation(),
    notify() {},
    // Anybody may look at it, and nobody says who they are.
    audited() {},
    peer: undefined,
  }
}
