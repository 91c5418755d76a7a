/**
 * Whether a part of JSON that is carried as text is a number in it, without quotes: a mask with asterisks would leave
 * nothing that can be read as JSON.
 */
export function isJsonNumber(text: string, start: number, end: number): boolean {
  const [opening] = text
  if (opening !== '{' && opening !== '[') return false
  const before =
    text
      .slice(Math.max(0, start - 20), start)
      .trimEnd()
      .at(-1) ?? ''
  const next = text.slice(end, end + 20).trimStart()[0] ?? ''
  return ':[,'.includes(before) && ',]}'.includes(next) && /^\d+$/.test(text.slice(start, end))
}
