import type { Effect, Target } from '@atoll/policy'

export type Hints = Target['hints']

/** Of what is no tool. */
export const READS: Hints = { readOnly: true, destructive: false, idempotent: true, openWorld: false }

/** MCP schema, ToolAnnotations, with its defaults: who says nothing may destroy, and reach anywhere. */
export function hintsOf(annotations: unknown): Hints {
  const said = saidBy(annotations)
  const readOnly = said.readOnlyHint === true
  return {
    readOnly,
    destructive: !readOnly && said.destructiveHint !== false,
    idempotent: readOnly || said.idempotentHint === true,
    openWorld: said.openWorldHint !== false,
  }
}

export function effectOf({ readOnly, destructive }: Hints): Effect {
  if (readOnly) return 'read'
  return destructive ? 'destroy' : 'write'
}

/** Whether the effect follows from what was said, and not from what holds where nothing is. */
export function saysEffect(annotations: unknown): boolean {
  const said = saidBy(annotations)
  return said.readOnlyHint === true || typeof said.destructiveHint === 'boolean'
}

function saidBy(annotations: unknown): Readonly<Record<string, unknown>> {
  return typeof annotations === 'object' && annotations !== null ? { ...annotations } : {}
}
