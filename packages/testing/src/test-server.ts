import type { Principal, TokenExchange } from '@atoll/auth'
import {
  type Call,
  Cancellation,
  type ChangeEvent,
  type Changes,
  type ClientCapabilities,
  createRenderer,
  createRuntime,
  type Method,
  mayHear,
  type ServerDefinition,
  TASKS_CAPABILITY,
  TIME_LEFT_META_KEY,
} from '@atoll/server-kit'
import { type AuditEvent, createTelemetry, type Telemetry } from '@atoll/telemetry'
import type { Connect } from './connect.ts'

export interface CallOptions {
  /** Who calls. */
  as: Principal
  /** Answers input requests by key; without it the client says that it cannot be asked. */
  answer?: (key: string, request: InputRequest) => Record<string, unknown>
  /** What the client declares that it can do; everything, where there is an `answer`. */
  capabilities?: ClientCapabilities
  /** Declares the Tasks extension beside the capabilities: a tool may answer with a task. */
  followsTasks?: boolean
  signal?: AbortSignal
  /** The bearer token that the call came with, for servers that act for their callers. */
  token?: string
  onNotify?: (method: string, params: Record<string, unknown>) => void
  progressToken?: string
  /** What the caller says of how long they wait, in milliseconds. */
  timeLeftMs?: number
}

export interface InputRequest {
  method: string
  params?: Record<string, unknown>
}

export interface ToolResult {
  content: { type: string; text?: string; [key: string]: unknown }[]
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect, and fail where it is not there
  structuredContent?: any
  isError?: boolean
  _meta?: Record<string, unknown>
}

export interface TestServer {
  /** Call a tool through the whole pipeline. Rejects for what the protocol refuses (scopes, unknown tool). */
  call(tool: string, args: Record<string, unknown>, options: CallOptions): Promise<ToolResult>
  /** Any other method, with the result object that a 2026-07-28 client would see. */
  request(
    method: Method,
    params: Record<string, unknown>,
    options: CallOptions,
  ): Promise<Record<string, unknown>>
  /** What `tasks/get` shows of a task. */
  task(taskId: string, options: CallOptions): Promise<Record<string, unknown>>
  /** What a subscriber hears who is this caller, from now on: the array grows. */
  heardBy(as: Principal): ChangeEvent[]
  /** Changes that no tool call makes. */
  readonly changes: Changes<unknown>
  /** What the audit recorded so far. */
  readonly audit: AuditEvent[]
  readonly telemetry: Telemetry
  close(): Promise<void>
}

const CAN_ANSWER: ClientCapabilities = { elicitation: { form: {} }, sampling: {}, roots: {} }
const ROUNDS = 8

/** A server in this process: the real catalogue and pipeline over the given dependencies, or those that `connect` opens. */
export async function testServer<Name extends string, Deps>(
  server: ServerDefinition<Name, Deps>,
  options: ({ deps: NoInfer<Deps> } | { connect: Connect<NoInfer<Deps>> }) & {
    /** Where handlers get tokens to act for their callers. */
    exchange?: TokenExchange | undefined
  },
): Promise<TestServer> {
  const events: AuditEvent[] = []
  const env = { LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent' }
  const telemetry = createTelemetry({ service: server.domain.name, version: server.version, env, output: 2 })
  const audit = {
    record: (event: AuditEvent) => void events.push(event),
    dropped: 0,
    flush: async () => {},
    close: async () => {},
  }
  const connect = 'connect' in options ? options.connect : async () => ({ deps: options.deps })
  const { exchange } = options
  const runtime = createRuntime(server, { config: {}, telemetry, audit, connect, exchange })
  await runtime.start()
  const renderer = createRenderer(runtime.service.info)
  let lastId = 0

  async function request(method: Method, params: Record<string, unknown>, options: CallOptions) {
    let sent = params
    for (let round = 0; round < ROUNDS; round += 1) {
      lastId += 1
      const result = renderer.object(
        await runtime.service.handle(method, sent, newCall(lastId, options)),
        'modern',
      )
      if (result.resultType !== 'input_required' || !options.answer) return result
      const { inputRequests, requestState } = result as {
        inputRequests: Record<string, InputRequest>
        requestState: string
      }
      const { answer } = options
      const answers = Object.entries(inputRequests).map(([key, asked]) => [key, answer(key, asked)])
      sent = { ...params, requestState, inputResponses: Object.fromEntries(answers) }
    }
    throw new Error(`Still asking after ${ROUNDS} rounds`)
  }

  return {
    audit: events,
    changes: runtime.changes,
    heardBy(as) {
      const heard: ChangeEvent[] = []
      runtime.bus.subscribe((event) => void (mayHear(runtime.service, as, event) && heard.push(event)))
      return heard
    },
    telemetry,
    request,
    async call(tool, args, options) {
      // The result of tools/call as the specification shapes it.
      return (await request('tools/call', { name: tool, arguments: args }, options)) as unknown as ToolResult
    },
    task: (taskId, options) => request('tasks/get', { taskId }, { ...options, followsTasks: true }),
    async close() {
      await runtime.close()
      await telemetry.shutdown()
    },
  }
}

function newCall(id: number, options: CallOptions): Call {
  const { as, answer, capabilities, followsTasks, signal, token = 'test', onNotify } = options
  const { progressToken, timeLeftMs } = options
  const cancellation = new Cancellation()
  signal?.addEventListener('abort', () => cancellation.abort(signal.reason), { once: true })
  return {
    era: 'modern',
    protocolVersion: '2026-07-28',
    transport: 'http',
    principal: as,
    requestId: `test-${id}`,
    rpcId: id,
    meta: {
      ...(progressToken !== undefined && { progressToken }),
      ...(timeLeftMs !== undefined && { [TIME_LEFT_META_KEY]: timeLeftMs }),
    },
    clientCapabilities: {
      ...(capabilities ?? (answer ? CAN_ANSWER : {})),
      ...(followsTasks && { extensions: { ...capabilities?.extensions, ...TASKS_CAPABILITY } }),
    },
    clientInfo: { name: 'test', version: '1' },
    cancellation,
    notify: (method, params) => onNotify?.(method, params),
    subjectToken: token,
    peer: undefined,
  }
}
