/** What a server said of itself to one authorization context. */
export interface Discovery {
  /** `modern` is 2026-07-28 and later; `legacy` the revisions that start with `initialize`. */
  readonly era: 'modern' | 'legacy'
  readonly protocolVersion: string
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly serverInfo: Readonly<{ name: string; version: string; title?: string | undefined }> | undefined
  readonly instructions: string | undefined
  /** Set by 2025-era servers that keep sessions. */
  readonly sessionId: string | undefined
}
