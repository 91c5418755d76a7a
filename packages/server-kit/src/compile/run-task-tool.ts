import { ConflictError, InvalidError, UnavailableError } from '@atoll/errors'
import { isTaskHandle, type OpenTask, type TaskState } from '../define/task.ts'
import type { Tool } from '../define/tool.ts'
import { type Duration, milliseconds } from '../define/units.ts'
import { followsTasks, missingTasks } from '../edge/task-wire.ts'
import type { Invocation, Kit } from '../pipeline/invocation.ts'
import { waitForTask } from '../tasks/wait-for-task.ts'
import { ToolHandlerContext } from './call-context.ts'

const DEFAULT_WAIT: Duration = '25s'

/** A task that the client will follow; anything else that `run` gives is an ordinary answer. */
export class Followed {
  readonly task: OpenTask
  constructor(task: OpenTask) {
    this.task = task
  }
}

/**
 * Run a tool whose work may outlast the call. Whoever follows tasks gets the task; everybody else waits for its end,
 * and gets what the tool says for later when that takes too long.
 */
export function runTaskTool(
  tool: Tool,
  policy: NonNullable<Tool['task']>,
  kit: Kit,
): (invocation: Invocation) => Promise<unknown> {
  const wait = milliseconds(policy.wait ?? DEFAULT_WAIT)
  return async (invocation) => {
    const { call, cancellation, deadline } = invocation
    const { principal } = call
    const follows = followsTasks(call)
    if (policy.required && !follows) throw cannotFollow(call.era)
    const context = new ToolHandlerContext(invocation, kit)
    const returned = await tool.run(context as Parameters<Tool['run']>[0])
    if (!isTaskHandle(returned)) return returned
    const { id } = returned
    const tasks = kit.tasks()
    const find = async (): Promise<TaskState | undefined> => {
      const task = await tasks.find(principal, id, { signal: cancellation.signal })
      return task?.tool === tool.name ? task : undefined
    }
    const task = await find()
    if (!task) throw new TypeError(`${tool.name} began the task "${id}", and its domain does not find it`)
    if (follows) return isOpen(task) ? new Followed(task) : outcomeOf(task)
    // The deadline is for the work of the call itself; how long it then waits, the policy says.
    deadline.pause()
    try {
      const last = await waitForTask(task, {
        find,
        onChange: (listener) => kit.onTaskChange(id, listener),
        progress: context.progress,
        onError: (error) =>
          kit.logger.warn({ err: error, requestId: call.requestId }, 'A task was not found'),
        isOver: kit.isDraining,
        wait,
        signal: cancellation.signal,
      })
      if (!last) throw new UnavailableError('The work was given up before it ended.')
      // Only the policy of a tool that requires nothing of its clients gets here.
      return isOpen(last) ? policy.later?.(last) : outcomeOf(last)
    } catch (error) {
      if (policy.endsWithCall && invocation.caller.aborted) await tasks.cancel(principal, id)
      throw error
    } finally {
      deadline.resume()
    }
  }
}

function isOpen(task: TaskState): task is OpenTask {
  return task.status === 'working' || task.status === 'input_required'
}

function outcomeOf(task: Exclude<TaskState, OpenTask>): unknown {
  if (task.status === 'completed') return task.result
  if (task.status === 'failed') throw task.error
  throw new ConflictError(task.message ?? 'The work was cancelled before it ended.')
}

function cannotFollow(era: 'modern' | 'legacy'): Error {
  if (era === 'modern') return missingTasks()
  return new InvalidError(
    'This tool only works with clients of MCP 2026-07-28 that follow tasks, and yours does not.',
  )
}
