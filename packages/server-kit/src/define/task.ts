import type { Principal } from '@atoll/auth'
import type { InputRequest } from './interaction.ts'
import type { Progress } from './tool.ts'
import type { Duration } from './units.ts'

const HANDLE = Symbol('task handle')

/** Says that the work of a call goes on durably under an id. */
export interface TaskHandle {
  readonly [HANDLE]: true
  readonly id: string
}

/**
 * Return this from the `run` of a tool with a `task` policy: the work goes on as `id`, and is already so durable
 * that the domain's `tasks.find` knows it. Throws a TypeError for an id that is not 1 to 128 of `[A-Za-z0-9_-]`.
 */
export function asTask(id: string): TaskHandle {
  if (!/^[\w-]{1,128}$/.test(id))
    throw new TypeError(`A task id must be 1 to 128 of [A-Za-z0-9_-], not "${id}"`)
  return { [HANDLE]: true, id }
}

export function isTaskHandle(value: unknown): value is TaskHandle {
  return typeof value === 'object' && value !== null && HANDLE in value
}

interface AnyTask {
  readonly id: string
  /** The name of the tool that began it; its scopes and output schema hold for the task. */
  readonly tool: string
  readonly createdAt: Date
  readonly updatedAt: Date
  /** How long from its creation it is kept at least; null: for good. */
  readonly ttl: Duration | null
  /** How often a client should ask. */
  readonly pollInterval?: Duration
  /** For the person: what is being done, or why it ended. */
  readonly message?: string
}

export type TaskState = OpenTask | FinishedTask

/** Not finished: working, or waiting for answers. */
export type OpenTask = AnyTask &
  (
    | { readonly status: 'working'; readonly progress?: Progress }
    | {
        readonly status: 'input_required'
        /** Those still open. A key names one question for the whole life of the task. */
        readonly questions: Readonly<Record<string, InputRequest>>
      }
  )

export type FinishedTask = AnyTask &
  (
    | {
        readonly status: 'completed'
        /** What the tool's `run` would have returned. */
        readonly result: unknown
      }
    | {
        readonly status: 'failed'
        /** What the tool's `run` would have thrown: an AppError says why, anything else is `INTERNAL`. */
        readonly error: unknown
      }
    | { readonly status: 'cancelled' }
  )

/**
 * A domain's tasks, wherever it keeps them. An id is a name, not a credential: what belongs to somebody else, was
 * forgotten or never was is unknown.
 */
export interface Tasks {
  /** Undefined where this principal has no such task. */
  find(principal: Principal, id: string, options: { signal: AbortSignal }): Promise<TaskState | undefined>
  /** Only called for an open task that was found. The work may end otherwise before it notices. */
  cancel(principal: Principal, id: string): Promise<void>
  /** Takes answers to open questions, each parsed by its own schema. Without it nothing of the domain may ask. */
  respond?(principal: Principal, id: string, answers: Readonly<Record<string, unknown>>): Promise<void>
}

/** For tools whose work may outlast a call. */
export type TaskPolicy<Returned> =
  | {
      required?: never
      /** How long a client that does not follow tasks is kept waiting for the end. Default 25s. */
      wait?: Duration
      /** Whether a client that hangs up while it waits cancels the work. Default false: the work goes on. */
      endsWithCall?: boolean
      /** What such a client gets when the wait is over: output with the id of the work, to ask again. */
      later(task: OpenTask): Returned
    }
  /** Only clients that follow tasks (MCP 2026-07-28 with the Tasks extension) may call it. */
  | { required: true; wait?: never; endsWithCall?: never; later?: never }
