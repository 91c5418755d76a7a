import { readTaskId } from './task-wire.ts'

export interface TaskListener {
  /** Of a change of the domain's task. */
  hear(id: string | undefined): void
  /** Look at all of them now. */
  start(): void
}

/**
 * Tells one subscriber of tasks, by the ids of the wire, what `look` finds of each: one look at a time, and another where
 * something changed meanwhile, so that the last thing told is the last thing true.
 */
export function listenToTasks(
  taskIds: readonly string[],
  look: (taskId: string) => Promise<Record<string, unknown> | undefined>,
  tell: (task: Record<string, unknown>) => void,
): TaskListener {
  const wanted = new Map(taskIds.map((taskId) => [readTaskId(taskId)?.id, taskId]))
  const looking = new Set<string>()
  const again = new Set<string>()

  async function follow(taskId: string): Promise<void> {
    if (looking.has(taskId)) {
      again.add(taskId)
      return
    }
    looking.add(taskId)
    do {
      again.delete(taskId)
      const task = await look(taskId)
      if (task) tell(task)
    } while (again.has(taskId))
    looking.delete(taskId)
  }

  return {
    hear(id) {
      const taskId = wanted.get(id)
      if (id !== undefined && taskId !== undefined) void follow(taskId)
    },
    start() {
      for (const taskId of taskIds) void follow(taskId)
    },
  }
}
