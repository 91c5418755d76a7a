import type { FastifyReply } from 'fastify'
import { CallerGoneError } from './cancellation.ts'
import type { ChangeEvent, EventBus } from './event-bus.ts'
import { EventStream } from './event-stream.ts'
import { holdBack } from './held-back.ts'
import { mayHear } from './may-hear.ts'
import { SERVER_INFO_KEY, SUBSCRIPTION_ID_KEY } from './meta-keys.ts'
import { ownerOf } from './owner-of.ts'
import { INVALID_PARAMS, ProtocolError } from './protocol-error.ts'
import type { Call, Capabilities, Following, Params, Result, Service, SubscriptionFilter } from './service.ts'
import { listenToTasks } from './task-listener.ts'
import { declaresTasks, missingTasks } from './task-wire.ts'

const MAX_URIS = 1000
const MAX_TASKS = 100
/** Milliseconds that a client has to read what it was sent before the end. */
const FAREWELL = 5_000

export interface Listening {
  /**
   * Serve one `subscriptions/listen` until either side ends it; `onBegin` is waited for before it begins. Rejects with
   * ProtocolError, and as `onBegin` does, before anything is sent.
   */
  serve(
    call: Call,
    params: Params,
    reply: FastifyReply,
    onBegin: () => Promise<void> | undefined,
  ): Promise<void>
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
    async serve(call, params, reply, onBegin) {
      const { rpcId: id, principal } = call
      const asked = readFilter(params)
      if (asked.taskIds && !declaresTasks(call.clientCapabilities)) throw missingTasks()
      const who = ownerOf(principal)
      checkRoom(who)
      const held = holdBack()
      const following = await service.follow?.(asked, call, held.tell)
      const ownTasks = service.tellsOfTasks && asked.taskIds ? await visible(asked.taskIds, call) : []
      try {
        if (call.cancellation.aborted) throw new CallerGoneError()
        checkRoom(who)
        await onBegin()
        if (call.cancellation.aborted) throw new CallerGoneError()
        checkRoom(who)
      } catch (error) {
        following?.stop()
        throw error
      }
      const taskIds = following?.taskIds ?? ownTasks
      const filter = { ...honour(asked, capabilities, following), ...(taskIds.length > 0 && { taskIds }) }
      const tag = { [SUBSCRIPTION_ID_KEY]: id }
      const stream = new EventStream(reply)
      const notify = (method: string, more: Params) => {
        const params = { ...more, _meta: { ...(more._meta as object | undefined), ...tag } }
        stream.send(JSON.stringify({ jsonrpc: '2.0', method, params }))
      }
      notify('notifications/subscriptions/acknowledged', { notifications: filter })
      held.release(notify)
      const tasks = listenToTasks(
        ownTasks,
        (taskId) => look(taskId, call),
        (task) => notify('notifications/tasks', task),
      )
      const unsubscribe = bus.subscribe((event) => {
        if (event.kind === 'task' && mayHear(service, principal, event)) tasks.hear(event.task)
        const notification = select(filter, event)
        if (notification && mayHear(service, principal, event)) notify(...notification)
      })
      let expiry: NodeJS.Timeout | undefined
      let isOver = false
      const leave = () => {
        if (isOver) return
        isOver = true
        clearTimeout(expiry)
        unsubscribe()
        following?.stop()
        streams.delete(end)
      }
      const end = () => {
        // A client that does not read must not keep what it may not have any more.
        leave()
        const result = { resultType: 'complete', _meta: { ...tag, [SERVER_INFO_KEY]: info } }
        stream.send(JSON.stringify({ jsonrpc: '2.0', id, result }))
        stream.end(FAREWELL)
      }
      streams.set(end, who)
      reply.raw.on('close', leave)
      following?.onEnd?.(end)
      if (isOver) return
      // What changed since they were looked at for the acknowledgement would be lost.
      tasks.start()
      // A token outlived by its stream would be a way around its expiry.
      expiry = expireAt(principal.expiresAt, end)
    },
    close() {
      for (const end of streams.keys()) end()
    },
    get open() {
      return streams.size
    },
  }

  function checkRoom(who: string): void {
    const mine = [...streams.values()].filter((other) => other === who).length
    if (streams.size < limits.total && mine < limits.perPrincipal) return
    throw new ProtocolError(INVALID_PARAMS, 'Too many open subscriptions. Close one before opening another.')
  }

  /** A task as `tasks/get` shows it to this caller; undefined where it shows none. */
  async function look(taskId: string, call: Call): Promise<Result | undefined> {
    try {
      // What `tasks/get` answers is an object of its own for every call.
      return (await service.handle('tasks/get', { taskId }, call)) as Result
    } catch {
      return undefined
    }
  }

  async function visible(taskIds: readonly string[], call: Call): Promise<string[]> {
    const found = await Promise.all(
      [...new Set(taskIds)].map(async (taskId) => ({ taskId, task: await look(taskId, call) })),
    )
    return found.filter(({ task }) => task).map(({ taskId }) => taskId)
  }
}

function select(filter: SubscriptionFilter, event: ChangeEvent): [string, Params] | undefined {
  switch (event.kind) {
    case 'tools':
      return filter.toolsListChanged ? ['notifications/tools/list_changed', {}] : undefined
    case 'prompts':
      return filter.promptsListChanged ? ['notifications/prompts/list_changed', {}] : undefined
    case 'resources':
      return filter.resourcesListChanged ? ['notifications/resources/list_changed', {}] : undefined
    case 'task':
      return undefined
    case 'resource': {
      const { uri } = event
      const wanted = uri !== undefined && filter.resourceSubscriptions?.includes(uri)
      return wanted ? ['notifications/resources/updated', { uri }] : undefined
    }
  }
}

function readFilter(params: Params): SubscriptionFilter {
  const filter = params.notifications as Record<string, unknown> | undefined
  const flags = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged']
  const isValid =
    typeof filter === 'object' &&
    filter !== null &&
    flags.every((flag) => filter[flag] === undefined || typeof filter[flag] === 'boolean') &&
    areTexts(filter.resourceSubscriptions, MAX_URIS) &&
    areTexts(filter.taskIds, MAX_TASKS)
  if (!isValid) throw new ProtocolError(INVALID_PARAMS, 'params.notifications must be a subscription filter')
  return filter
}

function areTexts(given: unknown, most: number): boolean {
  if (given === undefined) return true
  return Array.isArray(given) && given.length <= most && given.every((each) => typeof each === 'string')
}

/** The part of a filter that this server can deliver. */
function honour(
  asked: SubscriptionFilter,
  { tools, prompts, resources }: Capabilities,
  following: Following | undefined,
): SubscriptionFilter {
  const { resourceSubscriptions } = following ?? asked
  return {
    ...(asked.toolsListChanged && tools?.listChanged && { toolsListChanged: true }),
    ...(asked.promptsListChanged && prompts?.listChanged && { promptsListChanged: true }),
    ...(asked.resourcesListChanged && resources?.listChanged && { resourcesListChanged: true }),
    ...(asked.resourceSubscriptions && resources?.subscribe && { resourceSubscriptions }),
  }
}

function expireAt(expiresAt: number, end: () => void): NodeJS.Timeout | undefined {
  if (!Number.isFinite(expiresAt)) return undefined
  // setTimeout cannot wait longer than 2^31 ms.
  return setTimeout(end, Math.min(Math.max(0, expiresAt * 1000 - Date.now()), 2 ** 31 - 1)).unref()
}
