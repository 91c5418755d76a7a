import type { NonEmpty } from './tool.ts'

/** What every page of an MCP App is (MCP Apps 2026-01-26, UI Resource Format). */
export const APP_MIME_TYPE = 'text/html;profile=mcp-app'

export interface AppDefinition<Scope extends string> {
  /** Lower-case words joined by hyphens. Hosts find the app at `ui://<domain>/<name>`. */
  name: string
  title: string
  description: string
  /** What somebody needs who is shown the page; its figures come from tools, under the scopes of those. */
  scopes: NonEmpty<Scope>
  /**
   * `import.meta.url` of the module that declares it. From source the page is made of `ui/<name>/index.html` in the
   * server's folder; in a bundle it is the file `<name>.html` beside it.
   */
  module: string
  /** Whether hosts are asked to draw a border around it. */
  prefersBorder?: boolean
}

/** A page that hosts with the MCP Apps extension show beside what a tool answers; `domain` as in tools. */
export type App<Domain extends string = string> = {
  readonly kind: 'app'
  readonly domain: Domain
  readonly uri: string
} & Readonly<Required<AppDefinition<string>>>

/** Links a tool with the page that shows what it answers. */
export function toolMetaOf({ uri }: App): Record<string, unknown> {
  return {
    ui: { resourceUri: uri, visibility: ['model', 'app'] },
    // What hosts looked for before the extension was stable.
    'ui/resourceUri': uri,
  }
}

/** What hosts enforce: no requests to anywhere, no frames, no devices. */
export function pageMetaOf({ prefersBorder }: App): Record<string, unknown> {
  const csp = { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] }
  return { ui: { csp, permissions: {}, prefersBorder } }
}
