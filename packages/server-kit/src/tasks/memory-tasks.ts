import { randomUUID } from 'node:crypto'
import type { Principal } from '@atoll/auth'
import { LimitedError, UnavailableError } from '@atoll/errors'
import type { Changes } from '../define/changes.ts'
import { asTask, type TaskHandle, type Tasks } from '../define/task.ts'
import { type Duration, milliseconds } from '../define/units.ts'
import { ownerOf } from '../edge/owner-of.ts'
import { MemoryTask, type Work } from './memory-task.ts'

export interface MemoryTasksOptions {
  /** How long a task is kept, its result included; work that is not done by then is ended. Default 1h. */
  ttl?: Duration
  /** How often clients should ask. Default 1s. */
  pollInterval?: Duration
  /** Most tasks kept at once, finished ones included. Default 1000. */
  max?: number
  /** Most unfinished tasks of one caller. Default 16. */
  perCaller?: number
  /** Those of `connect`, so that whoever waits for a task is told and need not ask. */
  changes?: Changes
}

export interface MemoryTasks extends Tasks {
  /**
   * Begin work in the background. Throws LimitedError or UnavailableError where there is too much of it already.
   * `tool` is the name of the tool that returns the handle.
   */
  begin(principal: Principal, tool: string, work: Work): TaskHandle
  /** End all work, and wait until it has ended. */
  close(): Promise<void>
}

/**
 * Tasks of this process, for work that may be lost with it: one replica, or a small tool. Where work must outlive the
 * process or be seen by other replicas, keep it in a table and implement `Tasks` over that.
 */
export function memoryTasks(options: MemoryTasksOptions = {}): MemoryTasks {
  const { ttl = '1h', pollInterval = '1s', max = 1000, perCaller = 16, changes } = options
  const tasks = new Map<string, { task: MemoryTask; owner: string; expiry: NodeJS.Timeout }>()
  const lifetime = milliseconds(ttl)
  let isClosed = false

  function owned(principal: Principal, id: string): MemoryTask | undefined {
    const found = tasks.get(id)
    return found?.owner === ownerOf(principal) ? found.task : undefined
  }

  function makeRoom(owner: string): void {
    if (isClosed) throw new UnavailableError('The server stops.')
    const mine = [...tasks.values()].filter((other) => other.owner === owner && !other.task.isFinished)
    if (mine.length >= perCaller) {
      throw new LimitedError(
        `You already have ${mine.length} tasks that are not finished. Wait for one, or cancel it.`,
      )
    }
    if (tasks.size >= max)
      throw new UnavailableError('Too much is being done at the moment.', { retryAfter: 30 })
  }

  return {
    begin(principal, tool, work) {
      const owner = ownerOf(principal)
      makeRoom(owner)
      const id = randomUUID()
      const onChange = () => changes?.here(principal.tenant).task(id)
      const task = new MemoryTask({ id, tool, ttl, pollInterval }, work, onChange)
      const expiry = setTimeout(() => {
        tasks.delete(id)
        task.cancel('It was not done in time.')
      }, lifetime).unref()
      tasks.set(id, { task, owner, expiry })
      return asTask(id)
    },
    async find(principal, id) {
      return owned(principal, id)?.state
    },
    async cancel(principal, id) {
      owned(principal, id)?.cancel()
    },
    async respond(principal, id, answers) {
      owned(principal, id)?.respond(answers)
    },
    async close() {
      isClosed = true
      const ended = [...tasks.values()].map(({ task, expiry }) => {
        clearTimeout(expiry)
        task.cancel('The server stops.')
        return task.ended
      })
      await Promise.all(ended)
    },
  }
}
