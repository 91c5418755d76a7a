import type { Principal } from '@atoll/auth'
import { createMcpHandler } from '@modelcontextprotocol/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Renderer } from './render.ts'
import { createSdkServer } from './sdk-server.ts'
import type { Service } from './service.ts'

export interface SdkFallback {
  /** Answer a POST that is not dispatched directly: handshakes, pings, notifications, and all refusals. */
  answer(request: FastifyRequest, reply: FastifyReply, principal: Principal): Promise<FastifyReply>
  close(): Promise<void>
}

const PRINCIPAL = 'atoll.principal'

/** The official SDK's stateless handler; it judges and words every malformed request. */
export function createSdkFallback(
  service: Service,
  renderer: Renderer,
  newRequestId: () => string,
  onError: (error: Error) => void,
): SdkFallback {
  const handler = createMcpHandler(
    ({ era, authInfo }) =>
      createSdkServer({
        service,
        renderer,
        era,
        transport: 'http',
        // Put there by `answer` below.
        principal: authInfo?.extra?.[PRINCIPAL] as Principal,
        hasBackChannel: false,
        newRequestId,
      }),
    { onerror: onError },
  )
  return {
    async answer(request, reply, principal) {
      const authInfo = {
        token: '',
        clientId: principal.clientId,
        scopes: [],
        extra: { [PRINCIPAL]: principal },
      }
      const response = await handler.fetch(toWebRequest(request), { authInfo, parsedBody: request.body })
      reply.code(response.status)
      for (const [name, value] of response.headers) reply.header(name, value)
      return reply.send(Buffer.from(await response.arrayBuffer()))
    },
    close: () => handler.close(),
  }
}

export function toWebRequest(request: FastifyRequest): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return new Request(`http://${request.headers.host ?? 'localhost'}${request.url}`, {
    method: request.method,
    headers,
  })
}
