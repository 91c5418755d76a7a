/** The levels of pino's JSON lines. */
const LEVELS: Readonly<Record<number, string>> = { 40: 'warning', 50: 'error', 60: 'fatal' }

/** What a person wants to read of one line of a server's log. */
export interface LogLine {
  /** `warning`, `error` or `fatal`; undefined for anything calmer and for lines that are no JSON log. */
  readonly level: string | undefined
  readonly text: string
}

/** Read a line of a server's log: pino's JSON, or anything else as it is. */
export function readLogLine(line: string): LogLine {
  const entry = parse(line)
  if (entry === undefined) return { level: undefined, text: line }
  const message = typeof entry.msg === 'string' ? entry.msg : ''
  const error = isRecord(entry.err) && typeof entry.err.message === 'string' ? entry.err.message : ''
  const text = message.includes(error) ? message : [message, error].filter(Boolean).join(': ')
  return { level: LEVELS[Number(entry.level)], text: text || line }
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) && 'level' in value ? value : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
