import type { OpenTask, TaskState } from '../define/task.ts'
import { milliseconds } from '../define/units.ts'
import { toWire } from '../interaction/wire.ts'
import { MISSING_CLIENT_CAPABILITY, ProtocolError } from './protocol-error.ts'
import type { Call, ClientCapabilities, Result } from './service.ts'

/** The wire format of the Tasks extension (SEP-2663), all of it: nothing else in the kit knows its words. */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

export const TASK_METHODS = ['tasks/get', 'tasks/update', 'tasks/cancel'] as const
export type TaskMethod = (typeof TASK_METHODS)[number]

export function isTaskMethod(method: string): method is TaskMethod {
  return (TASK_METHODS as readonly string[]).includes(method)
}

export const TASKS_CAPABILITY = { [TASKS_EXTENSION]: {} }

/** Of all that somebody cannot see: what is another's must not sound different from what never was. */
export const UNKNOWN_TASK = 'Unknown task: there is none with this taskId that you can see.'

const POLL_INTERVAL = 1000

/** Whether this very request says that its client follows tasks. */
export function followsTasks({ era, clientCapabilities }: Pick<Call, 'era' | 'clientCapabilities'>): boolean {
  return era === 'modern' && declaresTasks(clientCapabilities)
}

export function declaresTasks({ extensions }: ClientCapabilities): boolean {
  const declared = extensions?.[TASKS_EXTENSION]
  return typeof declared === 'object' && declared !== null
}

/** -32021, naming the extension. */
export function missingTasks(): ProtocolError {
  return new ProtocolError(
    MISSING_CLIENT_CAPABILITY,
    `This needs a client that follows tasks: declare the extension ${TASKS_EXTENSION}.`,
    { requiredCapabilities: { extensions: TASKS_CAPABILITY } },
  )
}

/** The `taskId` on the wire names the tool, so that its scopes and schema are known before anything is looked up. */
export function writeTaskId({ tool, id }: { tool: string; id: string }): string {
  return `${tool}.${id}`
}

/** Undefined for what cannot be one of ours. */
export function readTaskId(taskId: string): { tool: string; id: string } | undefined {
  const [, tool, id] = /^([a-z][a-z0-9_]*)\.([\w-]{1,128})$/.exec(taskId) ?? []
  return tool === undefined || id === undefined ? undefined : { tool, id }
}

/** `CreateTaskResult`. */
export function createdTask(task: OpenTask): Result {
  return { resultType: 'task', ...common(task) }
}

/** How a finished task ended, in the words of the protocol. */
export type Ending = { result: Result } | { error: ProtocolError }

/** `DetailedTask`. A call that failed has a `result` with `isError`; `failed` is for errors of the protocol. */
export function detailedTask(task: TaskState, ending: Ending | undefined): Result {
  const about = common(task)
  if (task.status === 'input_required') return { ...about, inputRequests: questions(task) }
  if (ending === undefined) return about
  if ('result' in ending) {
    // Complete in itself: it is what the call would have been answered with.
    return { ...about, status: 'completed', result: { resultType: 'complete', ...ending.result } }
  }
  const { code, message, data } = ending.error
  return { ...about, status: 'failed', error: { code, message, ...(data && { data }) } }
}

function common(task: TaskState): Result {
  return {
    taskId: writeTaskId(task),
    status: task.status,
    ...(task.message !== undefined && { statusMessage: task.message }),
    createdAt: task.createdAt.toISOString(),
    lastUpdatedAt: task.updatedAt.toISOString(),
    ttlMs: task.ttl === null ? null : Math.ceil(milliseconds(task.ttl)),
    pollIntervalMs: Math.ceil(
      task.pollInterval === undefined ? POLL_INTERVAL : milliseconds(task.pollInterval),
    ),
  }
}

function questions({ questions }: OpenTask & { status: 'input_required' }): Result {
  return Object.fromEntries(Object.entries(questions).map(([key, question]) => [key, toWire(question)]))
}
