import type { Page } from 'playwright-core'
import { describe, expect, inject, test } from 'vitest'
import { leavesPagesOut } from '../../src/browser/chromium.ts'
import { takePicture } from '../../src/browser/screenshots.ts'
import { useConsole } from '../../src/browser/use-console.ts'
import { pidOf } from '../../src/server-of.ts'

const fleet = inject('fleet')
const home = fleet.env.ATOLL_HOME ?? ''
const url = `${new URL(fleet.gateway.mcp).origin}/`
/** For what the fleet comes to in its own time. */
const PATIENT = { timeout: 60_000 }

const console = useConsole()

async function signIn(subject: string, view = ''): Promise<Page> {
  const page = await console.open(url, view)
  await page.getByRole('button', { name: `Continue as ${subject}` }).click()
  await page.getByRole('status').getByText('live', { exact: true }).waitFor()
  return page
}

describe.skipIf(leavesPagesOut())('the console, at the gateway of a whole fleet', () => {
  test('shows a server that dies and recovers, while it is looked at', async () => {
    const page = await signIn('alice')
    const card = page.getByRole('list', { name: 'Servers' }).locator('> li', { hasText: 'orders' })
    const state = (word: string) => card.locator('.head').getByText(word, { exact: true }).waitFor(PATIENT)
    await state('up')
    const pid = await pidOf(home, 'orders')
    process.kill(pid, 'SIGSTOP')
    try {
      await state('down')
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await state('up')
  })

  test('lets people try a tool with their own rights, refuses it once it is disabled, and has both in the audit', async () => {
    const tool = 'hr__search_employees'
    const page = await signIn('olivia', `#/tools/${tool}`)
    await page.getByRole('textbox', { name: 'text' }).fill('engineer')
    await page.getByRole('button', { name: 'Try it' }).click()
    await page.getByRole('heading', { name: /^Result/ }).waitFor()
    await page.getByRole('group', { name: 'Structured content' }).getByText('employees').waitFor()
    await takePicture({ page }, 'console-tried')

    const change = async (name: string, reason: string) => {
      await page.getByRole('main').getByRole('button', { name }).click()
      await page.getByRole('alertdialog').getByRole('textbox').fill(reason)
      await page.getByRole('alertdialog').getByRole('button', { name }).click()
      await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    }
    await change('Disable', 'It finds too many')
    try {
      await page.getByText('not listed any more').waitFor()
      await page.getByRole('button', { name: 'Try it' }).click()
      await page.getByRole('heading', { name: /^Refused/ }).waitFor()
      await page.getByRole('alert').getByText('It finds too many').waitFor()
    } finally {
      await change('Enable', 'It finds few again')
    }
    await page.getByText('not listed any more').waitFor({ state: 'detached' })

    await page.getByRole('link', { name: 'Calls' }).click()
    const row = (outcome: string) =>
      page.getByRole('row').filter({ hasText: tool }).filter({ hasText: outcome })
    await row('refused').first().waitFor()
    await page.getByRole('link', { name: 'Audit' }).click()
    await page.getByRole('textbox', { name: 'Tool' }).fill(tool)
    await page.getByRole('textbox', { name: 'Person' }).fill('olivia')
    for (const outcome of ['refused', 'ok']) {
      await page.getByRole('combobox', { name: 'Outcome' }).selectOption(outcome)
      await page.getByRole('button', { name: 'Search' }).click()
      await expect.poll(() => row(outcome).count(), PATIENT).toBeGreaterThan(0)
      expect(await row(outcome).first().textContent()).toContain('olivia')
    }
    await takePicture({ page }, 'console-found')
  })

  test('shows what is left of the limits that hold for oneself', async () => {
    const page = await signIn('alice', '#/limits')
    const requests = page.getByRole('table', { name: 'Your requests' })
    await requests.getByRole('rowheader', { name: 'caller' }).waitFor()
    await requests.getByRole('meter').first().waitFor()
    const budgets = page.getByRole('table', { name: 'Your budgets' })
    const tenant = budgets.getByRole('row').filter({ hasText: 'tenants: acme' })
    await tenant.getByText('5,000,000 units a month').waitFor()
    expect(await tenant.getByRole('meter').getAttribute('aria-valuetext')).toMatch(/ of 5,000,000, /)
    await takePicture({ page }, 'console-limits')
  })

  test('shows what a tool costs, what limits it, and what is left of that', async () => {
    const tool = 'reports__generate_report'
    const page = await signIn('alice', `#/tools/${tool}`)
    await page.getByText('20 units a call').waitFor()
    await page.getByText('30/min for each caller (reports)').waitFor()
    await page.getByText('pinned at first sight').waitFor()
    const left = page.getByRole('table', { name: 'What is left to you here' })
    await left.getByRole('row').filter({ hasText: 'reports' }).getByText('30/min').waitFor()
  })

  test('shows people without its scope what they lack', async () => {
    const page = await console.open(url)
    await page.getByRole('button', { name: 'Continue as gail' }).click()
    await page.getByText('without the scope').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Continue as alice' }).waitFor()
  })
})
