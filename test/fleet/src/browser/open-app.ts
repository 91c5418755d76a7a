import type { Browser, FrameLocator, Page } from 'playwright-core'
import type { OpenApp, TestHost } from '../../ui/host/test-host.ts'
import type { HostServer } from './host-server.ts'

declare global {
  // What the host's page puts there; only read in functions that run in the browser.
  var host: TestHost
}

export interface OpenedApp {
  readonly page: Page
  /** The app itself, within the sandbox. */
  readonly app: FrameLocator
  /** Errors on the console of any frame: scripts that failed, and what the policy refused. */
  readonly errors: readonly string[]
  /** Addresses that anything was asked of, beyond the host's and the sandbox's own pages. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

export type Opening = Pick<OpenApp, 'tool' | 'args'> &
  Partial<Pick<OpenApp, 'context' | 'namesTool' | 'savesFiles' | 'replace'>> & { width?: number }

/** Open the app of a tool in a host, the tool called with `args`. */
export async function openApp(browser: Browser, server: HostServer, opening: Opening): Promise<OpenedApp> {
  const { tool, args, context = {}, width = 760, namesTool = true, savesFiles = true, replace } = opening
  const page = await browser.newPage({ viewport: { width, height: 1200 }, deviceScaleFactor: 1 })
  const errors: string[] = []
  const requests: string[] = []
  page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())))
  page.on('pageerror', (error) => void errors.push(error.message))
  const own = [server.url, server.sandbox, `${server.url}mcp`, `${server.url}favicon.ico`]
  page.on('request', (request) => void (own.includes(request.url()) || requests.push(request.url())))
  await page.goto(server.url)
  const asked: OpenApp = {
    tool,
    args,
    namesTool,
    savesFiles,
    replace,
    sandbox: server.sandbox,
    context: { theme: 'light', locale: 'en-US', availableDisplayModes: ['inline', 'fullscreen'], ...context },
  }
  await page.evaluate((text) => globalThis.host.open(JSON.parse(text)), JSON.stringify(asked))
  return {
    page,
    app: page.frameLocator('iframe').frameLocator('iframe'),
    errors,
    requests,
    close: () => page.close(),
  }
}
