const ALLOWED = new Set(['http:', 'https:', 'mailto:'])

/** The address when a reader may follow it (web, mail, or relative to the document), else undefined. */
export function safeLink(address: string): string | undefined {
  const trimmed = address.trim()
  // The parser resolves what browsers would: case, tabs and line ends inside the scheme.
  const parsed = URL.parse(trimmed, 'https://relative.invalid/')
  return trimmed !== '' && parsed && ALLOWED.has(parsed.protocol) ? trimmed : undefined
}
