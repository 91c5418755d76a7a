import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client'
import {
  App,
  applyDocumentTheme,
  applyHostFonts,
  applyHostStyleVariables,
  type McpUiHostContext,
} from '@modelcontextprotocol/ext-apps'
import { RefusedError } from './refused-error.ts'
import { fallback, hostName, ownName } from './tool-names.ts'

export type ToolResult = CallToolResult

/** What a page does with what its host tells it. Called in the order in which it is told. */
export interface AppView {
  /** The arguments of the call that the page was opened for. */
  input(args: Readonly<Record<string, unknown>>): void
  /** What the tool answered; `isError` with words for the person where it refused. */
  result(result: ToolResult): void
  cancelled(): void
  /** Theme, fonts, language, size or display mode are not what they were. */
  changed(): void
}

/** What a page may ask of its host. */
export interface Host {
  /** The tool that the page was opened for, by the server's own name; undefined where the host does not say. */
  readonly openedFor: string | undefined
  /** Whether it lets pages call tools. */
  readonly canCall: boolean
  /** Whether it lets pages read resources. */
  readonly canRead: boolean
  /** Whether it takes files that pages offer for keeping. */
  readonly canSave: boolean
  /** BCP 47. */
  readonly locale: string
  readonly timeZone: string | undefined
  readonly displayMode: string
  readonly canFill: boolean
  /** Call a tool of the page's own server; what it answered, in structured form. Throws RefusedError. */
  call<T>(tool: string, args: Record<string, unknown>): Promise<{ answer: T; content: ContentBlock[] }>
  read(uri: string): Promise<Awaited<ReturnType<App['readServerResource']>>['contents']>
  save(
    resource: { uri: string; mimeType?: string | undefined } & ({ text: string } | { blob: string }),
  ): Promise<void>
  /** Tell the model what the person looks at now, where the host wants to know. */
  tell(text: string): void
  /** Take the whole screen, or give it back. */
  fill(isFull: boolean): Promise<void>
}

/** Connect a page with its host. `server` is the name of the server that the page belongs to. */
export async function connectApp(
  { name, version, server }: { name: string; version: string; server: string },
  viewOf: (host: Host) => AppView,
): Promise<void> {
  const app = new App({ name, version }, { availableDisplayModes: ['inline', 'fullscreen'] })
  const host = hostOf(app, server)
  const view = viewOf(host)
  app.ontoolinput = ({ arguments: args = {} }) => view.input(args)
  app.ontoolresult = (result) => view.result(result)
  app.ontoolcancelled = () => view.cancelled()
  app.onhostcontextchanged = (changed) => {
    follow(changed)
    view.changed()
  }
  // Whatever a page does wrong is for its makers to see.
  app.onerror = (error) => console.error(error)
  app.onteardown = () => ({})
  await app.connect()
  follow(app.getHostContext() ?? {})
  view.changed()
}

function hostOf(app: App, server: string): Host {
  const context = (): McpUiHostContext => app.getHostContext() ?? {}
  const can = () => app.getHostCapabilities() ?? {}
  let isPrefixed = false
  async function callTool(tool: string, args: Record<string, unknown>): Promise<CallToolResult> {
    const opened = context().toolInfo?.tool.name
    if (opened !== undefined) return app.callServerTool({ name: hostName(tool, opened), arguments: args })
    const names = isPrefixed ? [fallback(tool, server)] : [tool, fallback(tool, server)]
    try {
      return await app.callServerTool({ name: names[0] ?? tool, arguments: args })
    } catch (error) {
      if (names[1] === undefined) throw error
      const result = await app.callServerTool({ name: names[1], arguments: args })
      isPrefixed = true
      return result
    }
  }
  return {
    get openedFor() {
      return ownName(context().toolInfo?.tool.name)
    },
    get canCall() {
      return can().serverTools !== undefined
    },
    get canRead() {
      return can().serverResources !== undefined
    },
    get canSave() {
      return can().downloadFile !== undefined
    },
    get locale() {
      return localeOf(context().locale)
    },
    get timeZone() {
      return context().timeZone
    },
    get displayMode() {
      return context().displayMode ?? 'inline'
    },
    get canFill() {
      return context().availableDisplayModes?.includes('fullscreen') ?? false
    },
    async call<T>(tool: string, args: Record<string, unknown>) {
      const result = await callTool(tool, args)
      if (result.isError) throw new RefusedError(result)
      // The server checked it against the tool's output schema.
      return { answer: result.structuredContent as T, content: result.content }
    },
    async read(uri) {
      return (await app.readServerResource({ uri })).contents
    },
    async save(resource) {
      const { isError } = await app.downloadFile({ contents: [{ type: 'resource', resource }] })
      if (isError) throw new Error('The host did not take the file')
    },
    tell(text) {
      if (can().updateModelContext === undefined) return
      app.updateModelContext({ content: [{ type: 'text', text }] }).catch(() => {
        // The page is as useful to the person without it.
      })
    },
    async fill(isFull) {
      await app.requestDisplayMode({ mode: isFull ? 'fullscreen' : 'inline' })
    },
  }
}

/** Look like the host, as far as it says how that is. */
function follow({ theme, styles, containerDimensions, safeAreaInsets, displayMode }: McpUiHostContext) {
  const root = document.documentElement
  if (theme) applyDocumentTheme(theme)
  if (styles?.variables) applyHostStyleVariables(styles.variables)
  if (styles?.css?.fonts) applyHostFonts(styles.css.fonts)
  if (displayMode) root.dataset.mode = displayMode
  if (containerDimensions) root.classList.toggle('fixed', 'height' in containerDimensions)
  if (safeAreaInsets) {
    const { top, right, bottom, left } = safeAreaInsets
    document.body.style.padding = [top, right, bottom, left].map((inset) => `${inset}px`).join(' ')
  }
}

/** One that this browser writes numbers in: a host's could be anything. */
function localeOf(wanted: string | undefined): string {
  try {
    return Intl.getCanonicalLocales(wanted)[0] ?? navigator.language
  } catch {
    return navigator.language
  }
}
