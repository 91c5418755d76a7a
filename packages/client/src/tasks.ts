import { ConflictError, InvalidError, TimeoutError } from '@atoll/errors'
import type { Client } from './client.ts'
import { explain } from './explain.ts'
import { BadAnswerError, RpcError } from './failure.ts'
import type { Params, RequestOptions, Result } from './options.ts'
import { pause } from './pause.ts'

const EXTENSION = 'io.modelcontextprotocol/tasks'
const DEFAULT_WAIT = 10 * 60_000
/** Milliseconds between two looks where the server names none, and the bounds of what it may name. */
const POLL = { usual: 1000, shortest: 20, longest: 30_000 }
/** Milliseconds that the last requests have at least, however near the end is. */
const LEAST = 1000

export interface TaskOptions extends RequestOptions {
  /**
   * Milliseconds that the task may take in all, after which it is looked at a last time; `timeout` is that of each request.
   * Default 10 min.
   */
  wait?: number
  /** Told what the server says of the task, whenever it was asked. */
  onTask?(task: Result): void
  /** Answers one question of the task. Without it a task that asks is an error. */
  answer?(request: { method: string; params?: Params }, key: string): Promise<Params> | Params
  /** Whether to cancel the task when it is no longer waited for. Default false: the work goes on. */
  cancelsTask?: boolean
}

/**
 * Call a tool as a client that follows tasks (SEP-2663), and wait for the end of the task where it makes one. Throws
 * what `request` and `awaitTask` throw.
 */
export async function callTool(
  client: Client,
  name: string,
  args: Params,
  options: TaskOptions = {},
): Promise<Result> {
  const result = await client.request('tools/call', { name, arguments: args }, following(options))
  if (result.resultType !== 'task') return result
  const taskId = textOf(result.taskId)
  if (taskId === undefined) throw new BadAnswerError(`${client.name} made a task without an id.`)
  return awaitTask(client, taskId, options)
}

/**
 * Ask after a task until it has ended; resolves to the result that the call would have had. Throws RpcError where it
 * failed, ConflictError where it was cancelled, TimeoutError when the wait is over, InvalidError where it asks and nobody
 * answers, the signal's reason, and what `request` throws.
 */
export async function awaitTask(client: Client, taskId: string, options: TaskOptions = {}): Promise<Result> {
  const { wait = DEFAULT_WAIT, signal, onTask, answer, cancelsTask = false } = options
  const end = performance.now() + wait
  const asked = new Set<string>()
  try {
    for (let isLast = false; ; ) {
      const task = await client.request('tasks/get', { taskId }, within(client, end, options))
      onTask?.(task)
      if (task.status === 'completed') return objectOf(client, task.result)
      if (task.status === 'failed') throw failureOf(client, task)
      if (task.status === 'cancelled')
        throw new ConflictError(textOf(task.statusMessage) ?? 'The task was cancelled.')
      const inputResponses = await answers(task, asked, answer)
      if (inputResponses)
        await client.request('tasks/update', { taskId, inputResponses }, within(client, end, options))
      if (isLast) throw new TimeoutError(`The task is not done after ${wait / 1000} s.`)
      const [rest, left] = [restOf(task), Math.max(0, end - performance.now())]
      isLast = rest >= left
      await pause(isLast ? left : rest, signal)
    }
  } catch (error) {
    if (cancelsTask && (error instanceof TimeoutError || signal?.aborted)) {
      await cancelTask(client, taskId, options).catch(() => undefined)
    }
    throw explain(error, client.name, true, wait)
  }
}

/** Ask the server to end a task; it may end otherwise before it notices. */
export async function cancelTask(
  client: Client,
  taskId: string,
  options: RequestOptions = {},
): Promise<void> {
  // Whoever gave up waiting has called their signal off already.
  const { signal: _, ...rest } = following(options)
  await client.request('tasks/cancel', { taskId }, rest)
}

function following({ capabilities, ...options }: RequestOptions): RequestOptions {
  const { extensions } = (capabilities ?? {}) as { extensions?: object }
  return { ...options, capabilities: { ...capabilities, extensions: { ...extensions, [EXTENSION]: {} } } }
}

function within(
  client: Client,
  end: number,
  { isRepeatable: _, timeout = client.timeout, ...options }: RequestOptions,
): RequestOptions {
  const left = Math.max(LEAST, end - performance.now())
  return { ...following(options), timeout: Math.min(timeout, left) }
}

/** Answers to what was not asked before; undefined where there is nothing to answer. */
async function answers(
  { status, inputRequests }: Result,
  asked: Set<string>,
  answer: TaskOptions['answer'],
): Promise<Params | undefined> {
  if (status !== 'input_required' || typeof inputRequests !== 'object' || inputRequests === null)
    return undefined
  const open = Object.entries(inputRequests).filter(([key]) => !asked.has(key))
  if (open.length === 0) return undefined
  if (!answer) throw new InvalidError('The task asks a question, and nobody here can answer it.')
  const given: Record<string, Params> = {}
  for (const [key, request] of open) {
    given[key] = await answer(request, key)
    asked.add(key)
  }
  return given
}

function failureOf(client: Client, task: Result): RpcError {
  const { code, message, data } = objectOf(client, task.error)
  return new RpcError(Number(code), String(message), data, 200)
}

function objectOf(client: Client, value: unknown): Result {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Result
  throw new BadAnswerError(`${client.name} sent an answer that is not valid MCP.`)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function restOf({ pollIntervalMs }: Result): number {
  const wanted = typeof pollIntervalMs === 'number' ? pollIntervalMs : POLL.usual
  return Math.min(Math.max(wanted, POLL.shortest), POLL.longest)
}
