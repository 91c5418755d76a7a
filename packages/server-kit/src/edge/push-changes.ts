import type { Principal } from '@atoll/auth'
import type { Server } from '@modelcontextprotocol/server'
import type { SubscriptionAudit } from './audit-subscription.ts'
import { ConnectionFollowing } from './connection-following.ts'
import type { ChangeEvent, EventBus } from './event-bus.ts'
import { mayHear } from './may-hear.ts'
import { ProtocolError } from './protocol-error.ts'
import { factsOf } from './sdk-server.ts'
import type { Params, Service } from './service.ts'

export interface PushedChanges {
  /** The connection has a stream now, opened with the token of this principal. */
  listenAs(principal: Principal, requestId: string): void
  /** That stream is closed. */
  leave(principal: Principal): void
  stop(): void
}

/**
 * Send change events to one connection as unsolicited notifications, and keep its `resources/subscribe` list
 * (2025-era sessions and stdio; on modern stdio the SDK filters by subscription). `listener` says who is at the
 * other end at the moment.
 */
export function pushChanges(
  server: Server,
  bus: EventBus,
  service: Service,
  listener: () => Principal,
  { auditSubscription, auditRefusal }: SubscriptionAudit,
): PushedChanges {
  const subscribed = new Set<string>()
  const tell = (method: string, params: Params) => {
    // The connection closed; its own end stops this subscription.
    if (server.transport) void server.notification({ method, params }).catch(() => {})
  }
  const following = service.follow && new ConnectionFollowing(service.follow, tell)
  const unsubscribe = (uri: string) => {
    following?.unsubscribe(uri)
    subscribed.delete(uri)
  }
  if (server.getCapabilities().resources?.subscribe) {
    const method = 'resources/subscribe'
    server.setRequestHandler(method, async ({ params: { uri } }, context) => {
      const { principal = listener(), requestId = String(context.mcpReq.id) } = factsOf(context) ?? {}
      try {
        if (following) await following.subscribe(uri, principal, requestId)
        else subscribed.add(uri)
      } catch (error) {
        const errorCode = error instanceof ProtocolError ? String(error.code) : undefined
        const about = { kind: 'subscription', name: method, rule: 'subscription', errorCode }
        await auditRefusal({ requestId, principal, ...about })
        throw error
      }
      try {
        await auditSubscription(requestId, principal, method)
      } catch (error) {
        unsubscribe(uri)
        throw error
      }
      return {}
    })
    server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
      unsubscribe(uri)
      return {}
    })
  }
  const stopHearing = bus.subscribe((event) => {
    if (!server.transport || !mayHear(service, listener(), event)) return
    void push(server, event, subscribed).catch(() => {
      // The connection closed; its own end stops this subscription.
    })
  })
  return {
    listenAs: (principal, requestId) => following?.listenAs(principal, requestId),
    leave: (principal) => following?.leave(principal),
    stop() {
      stopHearing()
      following?.stop()
    },
  }
}

async function push(server: Server, event: ChangeEvent, subscribed: ReadonlySet<string>): Promise<void> {
  switch (event.kind) {
    case 'tools':
      return server.sendToolListChanged()
    case 'prompts':
      return server.sendPromptListChanged()
    case 'resources':
      return server.sendResourceListChanged()
    case 'resource':
      if (event.uri !== undefined && (subscribed.has(event.uri) || isModern(server))) {
        return server.sendResourceUpdated({ uri: event.uri })
      }
  }
}

function isModern(server: Server): boolean {
  return server.getNegotiatedProtocolVersion()?.startsWith('2026') === true
}
