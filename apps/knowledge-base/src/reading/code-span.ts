/** How often the character at `from` is repeated there. */
export function runLength(text: string, from: number): number {
  let end = from
  while (text[end] === text[from]) end += 1
  return end - from
}

/**
 * Where the marks begin that close the code opened by the `ticks` marks before `from`, or -1.
 * `unclosed` remembers, for one text, the numbers of marks that nothing further on closes.
 */
export function closingTicks(text: string, from: number, ticks: number, unclosed: Set<number>): number {
  if (unclosed.has(ticks)) return -1
  let at = text.indexOf('`', from)
  while (at >= 0) {
    const length = runLength(text, at)
    if (length === ticks) return at
    at = text.indexOf('`', at + length)
  }
  unclosed.add(ticks)
  return -1
}
