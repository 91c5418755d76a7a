import type { Principal } from '@atoll/auth'
import type { FastifyReply } from 'fastify'
import type { ChangeEvent, EventBus } from './event-bus.ts'
import { EventStream } from './event-stream.ts'
import { mayHear } from './may-hear.ts'
import { SERVER_INFO_KEY, SUBSCRIPTION_ID_KEY } from './meta-keys.ts'
import { ownerOf } from './owner-of.ts'
import { INVALID_PARAMS, ProtocolError } from './protocol-error.ts'
import type { Capabilities, Params, Service } from './service.ts'

const MAX_URIS = 1000

interface Filter {
  toolsListChanged?: true
  promptsListChanged?: true
  resourcesListChanged?: true
  resourceSubscriptions?: string[]
}

export interface Listening {
  /** Serve one `subscriptions/listen` until either side ends it. Throws ProtocolError, before anything is sent. */
  serve(id: string | number, params: Params, principal: Principal, reply: FastifyReply): void
  /** End all streams gracefully, each with its result. */
  close(): void
  readonly open: number
}

/** `subscriptions/listen` (MCP basic/patterns/subscriptions): acknowledged first, filtered, tagged with its id. */
export function createListening(
  bus: EventBus,
  service: Service,
  limits: { total: number; perPrincipal: number },
): Listening {
  const { info, capabilities } = service
  const streams = new Map<() => void, string>()
  return {
    serve(id, params, principal, reply) {
      const filter = honour(readFilter(params), capabilities)
      const who = ownerOf(principal)
      const mine = [...streams.values()].filter((other) => other === who).length
      if (streams.size >= limits.total || mine >= limits.perPrincipal) {
        throw new ProtocolError(
          INVALID_PARAMS,
          'Too many open subscriptions. Close one before opening another.',
        )
      }
      const tag = { [SUBSCRIPTION_ID_KEY]: id }
      const stream = new EventStream(reply)
      const notify = (method: string, more: Record<string, unknown>) =>
        stream.send(JSON.stringify({ jsonrpc: '2.0', method, params: { ...more, _meta: tag } }))
      notify('notifications/subscriptions/acknowledged', { notifications: filter })
      const unsubscribe = bus.subscribe((event) => {
        const notification = select(filter, event)
        if (notification && mayHear(service, principal, event)) notify(...notification)
      })
      const end = () => {
        const result = { resultType: 'complete', _meta: { ...tag, [SERVER_INFO_KEY]: info } }
        stream.send(JSON.stringify({ jsonrpc: '2.0', id, result }))
        stream.end()
      }
      streams.set(end, who)
      // A token outlived by its stream would be a way around its expiry.
      const expiry = expireAt(principal.expiresAt, end)
      reply.raw.on('close', () => {
        clearTimeout(expiry)
        unsubscribe()
        streams.delete(end)
      })
    },
    close() {
      for (const end of streams.keys()) end()
    },
    get open() {
      return streams.size
    },
  }
}

function select(filter: Filter, event: ChangeEvent): [string, Record<string, unknown>] | undefined {
  switch (event.kind) {
    case 'tools':
      return filter.toolsListChanged && ['notifications/tools/list_changed', {}]
    case 'prompts':
      return filter.promptsListChanged && ['notifications/prompts/list_changed', {}]
    case 'resources':
      return filter.resourcesListChanged && ['notifications/resources/list_changed', {}]
    case 'task':
      return undefined
    case 'resource': {
      const { uri } = event
      const wanted = uri !== undefined && filter.resourceSubscriptions?.includes(uri)
      return wanted ? ['notifications/resources/updated', { uri }] : undefined
    }
  }
}

function readFilter(params: Params): Filter {
  const filter = params.notifications as Record<string, unknown> | undefined
  const flags = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged']
  const uris = filter?.resourceSubscriptions
  const isValid =
    typeof filter === 'object' &&
    filter !== null &&
    flags.every((flag) => filter[flag] === undefined || typeof filter[flag] === 'boolean') &&
    (uris === undefined ||
      (Array.isArray(uris) && uris.length <= MAX_URIS && uris.every((uri) => typeof uri === 'string')))
  if (!isValid) throw new ProtocolError(INVALID_PARAMS, 'params.notifications must be a subscription filter')
  return filter as Filter
}

/** The part of a filter that this server can deliver. */
function honour(asked: Filter, { tools, prompts, resources }: Capabilities): Filter {
  return {
    ...(asked.toolsListChanged && tools?.listChanged && { toolsListChanged: true }),
    ...(asked.promptsListChanged && prompts?.listChanged && { promptsListChanged: true }),
    ...(asked.resourcesListChanged && resources?.listChanged && { resourcesListChanged: true }),
    ...(asked.resourceSubscriptions &&
      resources?.subscribe && { resourceSubscriptions: asked.resourceSubscriptions }),
  }
}

function expireAt(expiresAt: number, end: () => void): NodeJS.Timeout | undefined {
  if (!Number.isFinite(expiresAt)) return undefined
  // setTimeout cannot wait longer than 2^31 ms.
  return setTimeout(end, Math.min(Math.max(0, expiresAt * 1000 - Date.now()), 2 ** 31 - 1)).unref()
}
