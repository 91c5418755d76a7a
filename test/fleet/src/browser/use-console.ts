import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { launchChromium } from './chromium.ts'

export interface UsedConsole {
  /** The console's page at `url`, which ends in a slash; `view` is what its address names after `#`. */
  open(url: string, view?: string, options?: BrowserContextOptions): Promise<Page>
  /** What the browser says of connections that a test cut is no fault of the page. */
  allow(said: RegExp): void
}

/**
 * A browser for the console in the tests of a file. After each test the pages that it opened are closed, and must have
 * had no errors, tried nothing that their policy refuses, and asked nothing of anybody but their own gateway.
 */
export function useConsole(): UsedConsole {
  let browser: Browser | undefined
  const opened: Page[] = []
  const said: string[] = []
  const allowed: RegExp[] = []

  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterEach(async () => {
    const pages = opened.splice(0)
    for (const page of pages) await page.context().close()
    const faults = said.splice(0).filter((text) => !allowed.some((pattern) => pattern.test(text)))
    allowed.splice(0)
    expect(faults).toEqual([])
  })
  afterAll(() => browser?.close())

  return {
    async open(url, view = '', options = {}) {
      if (!browser) throw new Error('The browser is not there before the tests')
      const viewport = { width: 1280, height: 900 }
      const page = await browser.newPage({ viewport, locale: 'en-GB', ...options })
      opened.push(page)
      // Violations come up on the console as errors.
      page.setDefaultTimeout(10_000)
      page.on('console', (message) => void (message.type() === 'error' && said.push(message.text())))
      page.on('pageerror', (error) => void said.push(error.message))
      page.on('request', (request) => {
        const asked = request.url()
        if (!asked.startsWith(url) && !asked.startsWith('data:')) said.push(`asked ${asked}`)
      })
      await page.goto(`${url}${view}`)
      return page
    },
    allow: (pattern) => void allowed.push(pattern),
  }
}
