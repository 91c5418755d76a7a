/** How many causes are followed. */
const MAX_DEPTH = 5

/** Facts that errors of Node, pg and Redis carry and that hold no data of users. */
const FACTS = ['code', 'status', 'syscall', 'errno', 'constraint', 'table', 'severity', 'routine'] as const

/**
 * An error for the log: type, message, stack and causes. Other properties stay out, because libraries hang
 * requests, headers and bound parameters on their errors.
 */
export function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error
  const facts: Record<string, unknown> = {}
  for (const name of FACTS) {
    const value: unknown = Reflect.get(error, name)
    if (typeof value === 'string' || typeof value === 'number') facts[name] = value
  }
  const deeper = depth < MAX_DEPTH
  return {
    type: error.name,
    message: error.message,
    ...facts,
    stack: error.stack,
    ...(deeper && error.cause !== undefined && { cause: serializeError(error.cause, depth + 1) }),
    ...(deeper &&
      error instanceof AggregateError && {
        errors: error.errors.slice(0, 10).map((each) => serializeError(each, depth + 1)),
      }),
  }
}
