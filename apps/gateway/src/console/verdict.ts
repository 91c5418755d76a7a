/**
 * What became of a call, for those who look after servers. `declined`: it was answered, with a no that is the caller's to mend
 * (not found, not allowed there, wrong input). `failed`: the server broke, or could not be asked.
 */
export type Verdict = 'answered' | 'declined' | 'failed' | 'refused'

export interface Ended {
  readonly decision: string
  readonly outcome: string
  readonly errorCode?: string | undefined
}

const DECLINES: ReadonlySet<string> = new Set([
  ...['NOT_FOUND', 'INVALID', 'CONFLICT', 'FORBIDDEN', 'INSUFFICIENT_SCOPE', 'UNAUTHORIZED'],
  ...['LIMITED', 'BUDGET_EXHAUSTED'],
])

export function verdictOf({ decision, outcome, errorCode }: Ended): Verdict {
  if (decision === 'refused' || outcome === 'refused') return 'refused'
  if (outcome === 'timeout') return 'failed'
  if (outcome !== 'error' && outcome !== 'tool_error') return 'answered'
  return isDecline(errorCode) ? 'declined' : 'failed'
}

/** A server that is not of the kit says no without a code; JSON-RPC codes reach the gateway's callers only where they are at fault. */
function isDecline(code: string | undefined): boolean {
  return code === undefined || /^-?\d+$/.test(code) || DECLINES.has(code)
}
