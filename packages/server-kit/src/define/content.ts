/** Content blocks beyond a tool's structured output (MCP server/tools, Tool Result). */
export type ContentBlock =
  | { type: 'text'; text: string; annotations?: Annotations }
  | { type: 'image' | 'audio'; data: string; mimeType: string; annotations?: Annotations }
  | {
      type: 'resource_link'
      uri: string
      name: string
      title?: string
      description?: string
      mimeType?: string
    }
  | { type: 'resource'; resource: ResourceContents; annotations?: Annotations }

export interface Annotations {
  audience?: ('user' | 'assistant')[]
  /** 0 (optional) to 1 (required). */
  priority?: number
  /** ISO 8601. */
  lastModified?: string
}

export type ResourceContents =
  | { uri: string; mimeType?: string; text: string; _meta?: Record<string, unknown> }
  | { uri: string; mimeType?: string; blob: string; _meta?: Record<string, unknown> }

const RICH = Symbol('rich result')

/** A structured output together with content blocks of its own. */
export interface RichResult<Output> {
  readonly [RICH]: true
  readonly output: Output
  readonly content: readonly ContentBlock[]
}

/** Return this from `run` to send content blocks (text, image, audio, links) beside the output. */
export function rich<Output>(output: Output, content: readonly ContentBlock[]): RichResult<Output> {
  return { [RICH]: true, output, content }
}

export function isRich(value: unknown): value is RichResult<unknown> {
  return typeof value === 'object' && value !== null && RICH in value
}
