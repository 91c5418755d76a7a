import type { Authenticator, Principal } from '@atoll/auth'
import type { LimitedError } from '@atoll/errors'
import { createMcpHandler } from '@modelcontextprotocol/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendChallenge } from './challenge.ts'
import { overload } from './overload.ts'
import type { Renderer } from './render.ts'
import { createSdkServer, type RequestFacts, withFacts } from './sdk-server.ts'
import type { Service } from './service.ts'
import type { NoteUnfit } from './unfit.ts'
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
  noteUnfit: NoteUnfit,
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
      const isUnfit = !response.ok && !facts.isHandled
      const limited = isUnfit ? await noteUnfit(request, reply, `HTTP_${response.status}`) : undefined
      if (limited) {
        await response.body?.cancel()
        sendLimited(reply, limited)
        return
      }
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

/** Said to the request where it has an id to say it to. */
function sendLimited(reply: FastifyReply, limited: LimitedError): void {
  const { id: requestId, body } = reply.request
  const { status, headers, error } = overload(limited, requestId)
  const { id } = (body ?? {}) as { id?: unknown }
  const isNamed = typeof id === 'string' || Number.isInteger(id)
  const { code, message, data } = error
  reply
    .code(status)
    .headers(headers)
    .send({ jsonrpc: '2.0', id: isNamed ? id : null, error: { code, message, data } })
}
