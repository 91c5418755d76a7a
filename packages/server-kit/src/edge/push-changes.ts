import type { Principal } from '@atoll/auth'
import type { Server } from '@modelcontextprotocol/server'
import type { ChangeEvent, EventBus } from './event-bus.ts'
import { mayHear } from './may-hear.ts'
import type { Service } from './service.ts'

/**
 * Send change events to one connection as unsolicited notifications, and keep its `resources/subscribe` list
 * (2025-era sessions and stdio; on modern stdio the SDK filters by subscription). `listener` says who is at the
 * other end at the moment. Returns how to stop.
 */
export function pushChanges(
  server: Server,
  bus: EventBus,
  service: Service,
  listener: () => Principal,
): () => void {
  const subscribed = new Set<string>()
  if (server.getCapabilities().resources?.subscribe) {
    server.setRequestHandler('resources/subscribe', ({ params }) => {
      subscribed.add(params.uri)
      return {}
    })
    server.setRequestHandler('resources/unsubscribe', ({ params }) => {
      subscribed.delete(params.uri)
      return {}
    })
  }
  return bus.subscribe((event) => {
    if (!server.transport || !mayHear(service, listener(), event)) return
    void push(server, event, subscribed).catch(() => {
      // The connection closed; its own end stops this subscription.
    })
  })
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
