const PREFIX = '=?base64?'
const SUFFIX = '?='

/** A string as an HTTP field value: as it is where that is safe, else in base64 (MCP streamable-http, Value Encoding). */
export function headerValue(text: string): string {
  return isPlain(text) ? text : `${PREFIX}${Buffer.from(text).toString('base64')}${SUFFIX}`
}

function isPlain(text: string): boolean {
  return (
    /^[\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?$/.test(text) &&
    !(text.startsWith(PREFIX) && text.endsWith(SUFFIX))
  )
}
