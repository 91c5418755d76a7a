import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { leavesPagesOut } from '../../src/browser/chromium.ts'
import type { OpenedApp, Opening } from '../../src/browser/open-app.ts'
import { takePicture } from '../../src/browser/screenshots.ts'
import { PATIENT, rowsOf, useHost } from '../../src/browser/use-host.ts'
import { answerOf, connectAs } from '../../src/connect.ts'

const fleet = inject('fleet')
const analyst = { subject: 'ana', tenant: 'acme', scopes: 'analytics:read' }
const YEAR = { from: '2026-01-01', to: '2026-12-31' }

interface Answer {
  rows: Record<string, number | string | null>[]
}

const host = useHost({ mcp: fleet.gateway.mcp, token: fleet.token })
const direct = useHost(fleet.servers.analytics)
let client: Client
beforeAll(async () => {
  client = await connectAs(fleet, analyst)
})
afterAll(() => client?.close())

const dollars = (amount: unknown) =>
  Number(amount).toLocaleString('en-US', { style: 'currency', currency: 'USD' })
const picked = ({ app }: OpenedApp, name: string) => app.getByRole('combobox', { name, exact: true })
const chart = ({ app }: OpenedApp) => app.getByRole('img', { name: /^Chart/ })
const day = ({ app }: OpenedApp, name: string) => app.getByRole('textbox', { name, exact: true })

const WITHOUT = leavesPagesOut()

describe.skipIf(WITHOUT)('the explorer, in a host that renders apps, through the gateway', () => {
  test('draws what the tool answered, with the same figures in its table', async () => {
    const args = { grain: 'quarter', ...YEAR }
    const shown = await host.open({ tool: 'analytics__revenue_by_period', args })
    const { rows } = await answerOf<Answer>(client, 'analytics__revenue_by_period', args)
    await shown.app.getByRole('heading', { name: 'Revenue per quarter' }).waitFor()
    expect(await rowsOf(shown)).toEqual(
      rows.map(({ revenue, orders, units, average_order_value }, index) => [
        `Q${index + 1} 2026`,
        dollars(revenue),
        String(orders),
        Number(units).toLocaleString('en-US'),
        dollars(average_order_value),
      ]),
    )
    const texts = await chart(shown).locator('text').allTextContents()
    expect(texts).toEqual(expect.arrayContaining(['Q1 2026', 'Q4 2026', 'Quarter']))
    expect(await chart(shown).textContent()).toContain('Revenue (USD)')
    await picked(shown, 'Metric').waitFor()
    await takePicture(shown, 'explorer-light')
  })

  test('asks another question when the person chooses one, and tells the model', async () => {
    const shown = await host.open({ tool: 'analytics__revenue_by_period', args: { grain: 'month' } })
    await picked(shown, 'Metric').selectOption('orders')
    await shown.app.getByRole('heading', { name: 'Orders per month' }).waitFor()
    await picked(shown, 'By').selectOption('category')
    await shown.app.getByRole('heading', { name: 'Orders by product category per month' }).waitFor()
    await picked(shown, 'Per').selectOption('')
    await shown.app.getByRole('heading', { name: 'Orders by product category', exact: true }).waitFor()
    await day(shown, 'From').fill(YEAR.from)
    await day(shown, 'To').fill(YEAR.to)
    const wanted = { metric: 'orders', dimensions: ['category'], ...YEAR }
    const { rows } = await answerOf<Answer>(client, 'analytics__query_metric', wanted)
    await expect
      .poll(() => rowsOf(shown), PATIENT)
      .toEqual(rows.map(({ category, orders }) => [String(category), String(orders)]))
    const told = await shown.page.evaluate(() => globalThis.host.told)
    expect(told.at(-1)).toContain('Orders by product category')
  })

  test('says what was wrong with a question, keeps the answer before, and goes on', async () => {
    const shown = await host.open({ tool: 'analytics__top_products', args: { limit: 3 } })
    await picked(shown, 'Metric').waitFor()
    const before = await rowsOf(shown)
    expect(before).toHaveLength(3)
    await day(shown, 'To').fill('2026-01-31')
    await expect.poll(() => rowsOf(shown), PATIENT).not.toEqual(before)
    const kept = await rowsOf(shown)
    await day(shown, 'From').fill('2026-02-01')
    const alert = shown.app.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toBe('from (2026-02-01) is after to (2026-01-31). Swap them.')
    expect(await rowsOf(shown)).toEqual(kept)
    await day(shown, 'To').fill('2026-02-28')
    await alert.waitFor({ state: 'hidden' })
  })

  test('says what a refused call was refused for, and offers to ask for something else', async () => {
    const args = { metric: 'shipping', dimensions: ['product'] }
    const shown = await host.open({ tool: 'analytics__query_metric', args })
    await shown.app.getByRole('alert').waitFor()
    expect(await shown.app.getByRole('alert').textContent()).toMatch(/product/)
    await picked(shown, 'By').selectOption('')
    await shown.app.locator('.figure').waitFor()
  })

  test('says so where nothing was sold', async () => {
    const args = { metric: 'revenue', from: '1990-01-01', to: '1990-12-31' }
    const shown = await host.open({ tool: 'analytics__query_metric', args })
    await shown.app.getByText('Nothing was sold in these days').waitFor()
  })

  test('follows the host’s theme, fonts, variables, language and size', async () => {
    const context = {
      theme: 'dark' as const,
      locale: 'de-DE',
      styles: { variables: { '--font-sans': 'monospace', '--color-background-primary': 'rgb(1, 2, 3)' } },
    }
    const shown = await host.open({
      tool: 'analytics__compare_periods',
      args: { ...YEAR, to: '2026-06-30', dimension: 'category' },
      // The host gives any subset of the variables.
      context: context as NonNullable<Opening['context']>,
      width: 420,
    })
    await chart(shown).locator('text').first().waitFor()
    const body = shown.app.locator('body')
    const style = (name: 'backgroundColor' | 'fontFamily' | 'color') =>
      body.evaluate((element, key) => element.ownerDocument.defaultView?.getComputedStyle(element)[key], name)
    expect(await style('backgroundColor')).toBe('rgb(1, 2, 3)')
    expect(await style('fontFamily')).toBe('monospace')
    const text = await style('color')
    expect((await rowsOf(shown))[0]?.join(' ')).toMatch(/\d\.\d{3},\d{2}\s\$/)
    await takePicture(shown, 'explorer-dark')
    await shown.page.evaluate(() => globalThis.host.change({ theme: 'light' }))
    await expect.poll(() => style('color'), PATIENT).not.toBe(text)
    const height = await shown.page.evaluate(() => globalThis.host.sizes.at(-1)?.height)
    expect(await shown.page.locator('iframe').evaluate((frame) => frame.clientHeight)).toBe(height)
    // Nothing sticks out at the side.
    expect(await body.evaluate((element) => element.ownerDocument.documentElement.scrollWidth)).toBe(420)
  })

  test('takes the whole screen and gives it back, by keyboard', async () => {
    const shown = await host.open({ tool: 'analytics__top_products', args: { limit: 2 } })
    await shown.app.getByRole('button', { name: 'Full screen' }).press('Enter')
    await shown.app.getByRole('button', { name: 'Leave full screen' }).press(' ')
    await shown.app.getByRole('button', { name: 'Full screen', exact: true }).waitFor()
  })

  test('finds its tools behind a gateway too where the host does not name the tool', async () => {
    const shown = await host.open({ tool: 'analytics__top_products', args: { limit: 2 }, namesTool: false })
    await picked(shown, 'Metric').selectOption('units')
    await shown.app.getByRole('heading', { name: /^Units sold|^Units/ }).waitFor()
    expect(await shown.app.getByRole('alert').isVisible()).toBe(false)
  })
})

test.skipIf(WITHOUT)(
  'the explorer in a host at the server itself, without a gateway, asks by the server’s own names',
  async () => {
    const shown = await direct.open({ tool: 'top_products', args: { limit: 2 } })
    await picked(shown, 'Metric').selectOption('orders')
    await shown.app.getByRole('heading', { name: /^Orders/ }).waitFor()
  },
)

test.skipIf(WITHOUT)('the explorer shows what looks like HTML as the text that it is', async () => {
  const hostile = '<img src=x onerror=alert(1)>'
  const args = { metric: 'units', dimensions: ['category'] }
  const shown = await host.open({ tool: 'analytics__query_metric', args, replace: ['Seating', hostile] })
  await chart(shown).locator('text', { hasText: hostile }).waitFor()
  expect((await rowsOf(shown)).map(([category]) => category)).toContain(hostile)
  await chart(shown).locator('svg').hover()
  await chart(shown).locator('text', { hasText: 'Units' }).first().waitFor()
  expect(await shown.app.locator('img').count()).toBe(0)
  await takePicture(shown, 'explorer-pointed-at')
})
