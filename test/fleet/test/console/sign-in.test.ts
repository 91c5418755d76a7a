import type { Page } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { leavesPagesOut } from '../../src/browser/chromium.ts'
import { startSignInSite } from '../../src/browser/sign-in-site.ts'
import { useConsole } from '../../src/browser/use-console.ts'

const console = useConsole()
/** For what the session comes to in its own time. */
const PATIENT = { timeout: 50_000 }

async function startSite(options: { ttl?: number } = {}) {
  const site = await startSignInSite(options)
  onTestFinished(site.close)
  // Where the console sends people, and nothing that it asks by itself.
  console.allow(new RegExp(`^asked ${site.issuer}/(auth|interaction)\\b`))
  return site
}

async function comeIn(page: Page, choice: 'Allow' | 'Deny', isKnown = false): Promise<void> {
  await page.getByRole('link', { name: 'Sign in' }).click()
  if (!isKnown) {
    await page.getByRole('textbox', { name: 'Name' }).fill('olivia')
    await page.getByRole('button', { name: 'Continue' }).click()
  }
  await page.getByRole('button', { name: choice }).click()
}

const live = (page: Page) => page.getByRole('status').getByText('live', { exact: true }).waitFor(PATIENT)

describe.skipIf(leavesPagesOut())('signing in to the console through an identity provider', () => {
  test('leads back to the view that was asked for, and out again', async () => {
    const { url } = await startSite()
    const page = await console.open(url, '#/calls')
    await comeIn(page, 'Allow')
    await page.getByRole('heading', { level: 1, name: 'Calls' }).waitFor()
    await live(page)
    expect(page.url()).toBe(`${url}#/calls`)
    await page.getByText('olivia').first().waitFor()
    expect(await page.evaluate('document.cookie')).toBe('')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
  })

  test('says when the provider did not let somebody in', async () => {
    const { url } = await startSite()
    const page = await console.open(url)
    await comeIn(page, 'Deny')
    await page.getByRole('alert').getByText('The identity provider did not let you in.').waitFor()
    await comeIn(page, 'Allow', true)
    await live(page)
  })

  test('shows the way in again when the session has ended, at the view that was looked at', {
    timeout: 120_000,
  }, async () => {
    const { url } = await startSite({ ttl: 20 })
    console.allow(/status of 401/)
    const page = await console.open(url, '#/audit')
    await comeIn(page, 'Allow')
    await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor(PATIENT)
    const wayIn = page.getByRole('link', { name: 'Sign in' })
    await wayIn.waitFor(PATIENT)
    expect(await wayIn.getAttribute('href')).toBe('/console/sign-in?view=audit')
  })
})
