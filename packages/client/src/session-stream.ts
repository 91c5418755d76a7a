import { onAbort } from './cancellable.ts'
import { type DiscoverOptions, discover, endSession } from './discover.ts'
import type { Discovery } from './discovery.ts'
import { envelope } from './envelope.ts'
import { exchange, type Message } from './exchange.ts'
import { NotOfferedError } from './failure.ts'
import { openStream } from './get-stream.ts'
import type { ListenOptions, Params } from './options.ts'
import { refusal } from './refusal.ts'

export interface SessionStreamOptions extends Omit<DiscoverOptions, 'knownLegacy'> {
  /** How error messages call the server. */
  readonly name: string
  /** In the words of `subscriptions/listen`. */
  readonly notifications: Params
  readonly listen: ListenOptions
  /** Bytes of one answer or event at most. */
  readonly maxAnswer: number
}

const METHOD_NOT_FOUND = -32601
/** Milliseconds a server has to hear that a session ended. */
const FAREWELL = 1000

/**
 * What a 2025-era server offers in place of `subscriptions/listen`: the GET stream of a session, and `resources/subscribe`
 * in it (MCP 2025-11-25 streamable HTTP, Listening for Messages from the Server). The session is for this stream alone.
 * Tells first what is honoured; resolves when the server ends the stream. Throws NotOfferedError where there is no
 * session or no such stream, the signal's reason, and what a refusal stands for.
 */
export async function followSession(options: SessionStreamOptions): Promise<void> {
  const { name, notifications, timeout, listen } = options
  const speaks = await discover({ ...options, knownLegacy: true })
  const { sessionId } = speaks
  if (sessionId === undefined)
    throw new NotOfferedError(`${name} keeps no sessions, so it tells nobody of changes.`)
  const stop = new AbortController()
  const forget = listen.signal && onAbort(listen.signal, (reason) => stop.abort(reason))
  try {
    const headers = await headersFor(options, speaks)
    const read = (await openStream(options, headers, stop)).read((message) => hear(message, options, speaks))
    const honoured = honour(notifications, speaks.capabilities)
    const uris = honoured.resourceSubscriptions ?? []
    const subscribed = Promise.allSettled(
      uris.map((uri, at) =>
        post({ id: at + 1, method: 'resources/subscribe', params: { uri } }, options, speaks),
      ),
    )
    // A stream that breaks meanwhile ends the wait.
    const outcomes = await Promise.race([subscribed, read.then(() => [])])
    const followed = uris.filter((_, at) => outcomes[at]?.status === 'fulfilled')
    listen.onNotification('notifications/subscriptions/acknowledged', {
      notifications: {
        ...honoured,
        ...(honoured.resourceSubscriptions && { resourceSubscriptions: followed }),
      },
    })
    await read
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error
  } finally {
    forget?.()
    await endSession({ ...options, timeout: Math.min(timeout, FAREWELL) }, sessionId)
  }
}

function hear(message: Message, options: SessionStreamOptions, speaks: Discovery): void {
  const { method, id, params = {} } = message
  if (typeof method !== 'string') return
  if (id === undefined || id === null) {
    options.listen.onNotification(method, params)
    return
  }
  // It waits for an answer, and there is nobody here whom it could ask.
  const error = { code: METHOD_NOT_FOUND, message: 'Not supported' }
  void post(method === 'ping' ? { id, result: {} } : { id, error }, options, speaks).catch(() => undefined)
}

/** Send a request and wait until it is done, or an answer. */
async function post(message: Message, options: SessionStreamOptions, speaks: Discovery): Promise<void> {
  const { name, pool, url, timeout, listen, maxAnswer } = options
  const isRequest = message.method !== undefined && typeof message.id === 'number'
  const answer = await exchange(pool, {
    path: url.pathname + url.search,
    headers: await headersFor(options, speaks),
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    id: isRequest ? Number(message.id) : undefined,
    timeout,
    signal: listen.signal,
    onMessage: undefined,
    maxAnswer,
  })
  if (isRequest && !answer.message?.result) throw refusal(name, answer)
}

async function headersFor(
  { info, credentials }: SessionStreamOptions,
  speaks: Discovery,
): Promise<Record<string, string>> {
  const token = await credentials.token()
  const nothing = { params: {}, capabilities: {}, meta: undefined, headers: undefined, timeLeft: undefined }
  return envelope({ method: '', speaks, info, token, ...nothing }).headers
}

interface Honoured extends Params {
  readonly resourceSubscriptions?: readonly string[]
}

const LISTS = { tools: 'toolsListChanged', prompts: 'promptsListChanged', resources: 'resourcesListChanged' }

/** Of what was asked for, what a server with these capabilities tells of. It knows no tasks. */
function honour(asked: Params, capabilities: Discovery['capabilities']): Honoured {
  const offers = (kind: string, what: string) =>
    (capabilities[kind] as Record<string, unknown> | undefined)?.[what] === true
  const flags = Object.entries(LISTS).flatMap(([kind, flag]) =>
    asked[flag] === true && offers(kind, 'listChanged') ? [[flag, true]] : [],
  )
  const { resourceSubscriptions } = asked
  const isFollowed = Array.isArray(resourceSubscriptions) && offers('resources', 'subscribe')
  return { ...Object.fromEntries(flags), ...(isFollowed && { resourceSubscriptions }) }
}
