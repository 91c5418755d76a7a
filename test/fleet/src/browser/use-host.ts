import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { launchChromium } from './chromium.ts'
import { type HostServer, startHostServer } from './host-server.ts'
import { type OpenedApp, type Opening, openApp } from './open-app.ts'

export interface UsedHost {
  open(opening: Opening): Promise<OpenedApp>
}

/**
 * A browser with a host at an MCP server, for the tests of a file. After each test the pages that it opened are closed,
 * and must have had no errors and asked nothing of anybody.
 */
export function useHost({ mcp, token }: { mcp: string; token: string }): UsedHost {
  let browser: Browser | undefined
  let server: HostServer | undefined
  const opened: OpenedApp[] = []

  beforeAll(async () => {
    browser = await launchChromium()
    server = await startHostServer(mcp, token)
  })
  afterEach(async () => {
    for (const each of opened.splice(0)) {
      await each.close()
      expect(each.errors).toEqual([])
      expect(each.requests).toEqual([])
    }
  })
  afterAll(async () => {
    await Promise.all([browser?.close(), server?.close()])
  })
  return {
    async open(opening) {
      if (!browser || !server) throw new Error('The host is not there before the tests')
      const app = await openApp(browser, server, opening)
      opened.push(app)
      return app
    },
  }
}

/** For what a page comes to in its own time. */
export const PATIENT = { timeout: 20_000 }

/** The texts of all tables' rows, as they are read. */
export async function rowsOf({ app }: Pick<OpenedApp, 'app'>): Promise<string[][]> {
  return await app
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => Array.from(row.children, ({ textContent }) => textContent)))
}
