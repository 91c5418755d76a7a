import type { Principal } from '@atoll/auth'
import { createMarks } from '@atoll/server-kit'

export interface MadeTask {
  /** The exposed name of the tool that made it. */
  readonly tool: string
  /** Its id at the server. */
  readonly taskId: string
}

/**
 * The ids that tasks have at the gateway: `tool.taskId.mark`. So any replica knows where a task is, which scopes it
 * needs and of which class it is, and nobody can say that it is of another tool, or somebody else's.
 */
export interface TaskIds {
  seal(principal: Principal, task: MadeTask): string
  /** Undefined for what was not made here for this caller. */
  open(principal: Principal, id: string): MadeTask | undefined
}

/** `secret` must be the same on every replica. */
export function createTaskIds(secret: string): TaskIds {
  const marks = createMarks(secret, 'task')
  return {
    seal: (principal, { tool, taskId }) =>
      `${withoutDots(tool)}.${taskId}.${marks.make(principal, tool, taskId)}`,
    open(principal, id) {
      const [, written, taskId, mark] = PARTS.exec(id) ?? []
      if (written === undefined || taskId === undefined || mark === undefined) return undefined
      const tool = withDots(written)
      return marks.fits(mark, principal, tool, taskId) ? { tool, taskId } : undefined
    },
  }
}

/** Servers choose the ids of their tasks; they may hold dots. */
const PARTS = /^([^.]+)\.(.*)\.([^.]{22})$/s

function withoutDots(tool: string): string {
  return tool.replaceAll('%', '%25').replaceAll('.', '%2E')
}

function withDots(written: string): string {
  return written.replaceAll('%2E', '.').replaceAll('%25', '%')
}
