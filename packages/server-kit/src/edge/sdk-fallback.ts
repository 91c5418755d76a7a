import type { Authenticator, Principal } from '@atoll/auth'
import { createMcpHandler } from '@modelcontextprotocol/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendChallenge } from './challenge.ts'
import { type AuditRefusal, unfit } from './refusals.ts'
import type { Renderer } from './render.ts'
import { createSdkServer, type RequestFacts, withFacts } from './sdk-server.ts'
import type { Service } from './service.ts'
import { sendWebResponse, toWebRequest } from './web-request.ts'

export interface SdkFallback {
  /** Answer a POST that is not dispatched directly: handshakes, pings, notifications, and all refusals. */
  answer(request: FastifyRequest, reply: FastifyReply, principal: Principal): Promise<void>
  close(): Promise<void>
}

/** The official SDK's stateless handler; it judges and words every malformed request. */
export function createSdkFallback(
  service: Service,
  renderer: Renderer,
  authenticator: Authenticator,
  newRequestId: () => string,
  onError: (error: Error) => void,
  auditRefusal: AuditRefusal,
): SdkFallback {
  const handler = createMcpHandler(
    ({ era }) =>
      createSdkServer({ service, renderer, era, transport: 'http', hasBackChannel: false, newRequestId }),
    { onerror: onError },
  )
  return {
    async answer(request, reply, principal) {
      const setHeader = (name: string, value: string) => void reply.header(name, value)
      const facts: RequestFacts = { principal, requestId: request.id, setHeader }
      const web = toWebRequest(request, reply)
      const response = await handler.fetch(web, { authInfo: withFacts(facts), parsedBody: request.body })
      if (!response.ok && !facts.isHandled) await auditRefusal(unfit(request, `HTTP_${response.status}`))
      // One refused call of a batch does not refuse the others; a request of its own is answered on HTTP's level.
      if (facts.refusal && !Array.isArray(request.body)) {
        await response.body?.cancel()
        sendChallenge(reply, facts.refusal, authenticator, request.id)
      } else {
        await sendWebResponse(reply, response, web)
      }
    },
    close: () => handler.close(),
  }
}
