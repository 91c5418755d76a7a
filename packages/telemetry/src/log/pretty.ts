const COLOURS: Readonly<Record<string, string>> = {
  trace: '90',
  debug: '36',
  info: '32',
  warn: '33',
  error: '31',
  fatal: '41;37',
}
const HIDDEN = new Set(['level', 'time', 'msg', 'service', 'version', 'err'])

/** A JSON line of the log as a person reads it: time, level, message, then the rest as `key=value`. */
export function prettyLine(line: string, colour: boolean): string {
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(line) as Record<string, unknown>
  } catch {
    return line
  }
  const paint = (code: string, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const level = String(entry.level)
  const rest = Object.entries(entry)
    .filter(([key]) => !HIDDEN.has(key))
    .map(([key, value]) => paint('90', `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`))
  const head = [
    paint('90', new Date(String(entry.time)).toLocaleTimeString('en-GB')),
    paint(COLOURS[level] ?? '0', level.toUpperCase().padEnd(5)),
    String(entry.msg ?? ''),
    ...rest,
  ]
  return `${head.join(' ')}\n${stackOf(entry.err, '')}`
}

function stackOf(error: unknown, lead: string): string {
  if (typeof error !== 'object' || error === null) return ''
  const { stack, message, cause } = error as Record<string, unknown>
  const text = String(stack ?? message ?? '').replaceAll('\n', '\n  ')
  return `  ${lead}${text}\n${stackOf(cause, 'caused by ')}`
}
