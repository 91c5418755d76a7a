import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps/app-bridge'

export interface OpenApp {
  /** As the server that the host is connected to calls it. */
  tool: string
  args: Record<string, unknown>
  context: McpUiHostContext
  /** Where the sandbox is: another origin. */
  sandbox: string
  /** Whether the page is told which tool it was opened for. */
  namesTool: boolean
  /** Whether the host takes files. */
  savesFiles: boolean
  /** Texts of the result to replace on the way to the page, as a server with such data would have them. */
  replace: readonly [string, string] | undefined
}

/** What a test can do with the host's page, as `window.host`. */
export interface TestHost {
  /** Call a tool as a model would, and show its app. */
  open(app: OpenApp): Promise<void>
  change(context: McpUiHostContext): Promise<void>
  readonly sizes: { width?: number; height?: number }[]
  /** What the page wanted the model to know. */
  readonly told: string[]
  /** Files that the page offered for keeping. */
  readonly saved: unknown[]
}
