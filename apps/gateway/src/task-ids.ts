/**
 * The id that a task has at the gateway: the exposed name of the tool that made it, and its id at the server. So any
 * replica knows where it is and which scopes it needs; `ownerOfTask` turns it back.
 */
export function exposedTask(tool: string, taskId: string): string {
  return `${tool}.${taskId}`
}

/** The exposed tool of a task and the task's id at its server; undefined when it names no tool. */
export function ownerOfTask(exposed: string): { tool: string; taskId: string } | undefined {
  // Exposed names hold no dot; a server's own ids may.
  const at = exposed.indexOf('.')
  if (at <= 0 || at === exposed.length - 1) return undefined
  return { tool: exposed.slice(0, at), taskId: exposed.slice(at + 1) }
}
