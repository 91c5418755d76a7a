/** The levels of our servers' JSON lines, and pino's numbers for them. */
const TROUBLE: Readonly<Record<string, LogLine['level']>> = {
  warn: 'warning',
  40: 'warning',
  error: 'error',
  50: 'error',
  fatal: 'fatal',
  60: 'fatal',
}

/** What a person wants to read of one line of a server's log. */
export interface LogLine {
  /** Undefined for anything calmer and for lines that are no JSON log. */
  readonly level: 'warning' | 'error' | 'fatal' | undefined
  readonly text: string
}

/** Read a line of a server's log: pino's JSON, or anything else as it is. */
export function readLogLine(line: string): LogLine {
  const entry = parse(line)
  if (entry === undefined) return { level: undefined, text: line }
  const message = typeof entry.msg === 'string' ? entry.msg : ''
  const error = isRecord(entry.err) && typeof entry.err.message === 'string' ? entry.err.message : ''
  const text = message.includes(error) ? message : [message, error].filter(Boolean).join(': ')
  return { level: TROUBLE[String(entry.level)], text: text || line }
}

/** What every line says again. */
const REPEATED = new Set(['level', 'time', 'service', 'version', 'pid', 'hostname', 'msg', 'err'])

/** A JSON log line as a person reads it, `12:30:01 Ready url=http://…`; any other line as it is. */
export function prettyLogLine(line: string): string {
  const entry = parse(line)
  if (entry === undefined) return line
  const { level, text } = readLogLine(line)
  const time = /T(\d\d:\d\d:\d\d)/.exec(String(entry.time))?.[1] ?? ''
  const fields = Object.entries(entry)
    .filter(([key]) => !REPEATED.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const stack = isRecord(entry.err) && typeof entry.err.stack === 'string' ? `\n${entry.err.stack}` : ''
  return `${[time, level?.toUpperCase(), text, ...fields].filter(Boolean).join(' ')}${stack}`
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
