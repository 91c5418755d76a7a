import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { leavesPagesOut } from '../../src/browser/chromium.ts'
import { takePicture } from '../../src/browser/screenshots.ts'
import { PATIENT, rowsOf, useHost } from '../../src/browser/use-host.ts'
import { answerOf } from '../../src/connect.ts'
import { withStill } from '../../src/server-of.ts'

const fleet = inject('fleet')
const home = fleet.env.ATOLL_HOME ?? ''
const HALF_A_YEAR = { from: '2026-01-01', to: '2026-06-30' }

interface Asked {
  id: string
  content: {
    title: string
    sections: { title: string; blocks: { kind: string; figures?: { label: string; value: unknown }[] }[] }[]
  }
}

const host = useHost({ mcp: fleet.gateway.mcp, token: fleet.token })
let client: Client
beforeAll(async () => {
  // The same person as in the host, at the same door.
  client = new Client({ name: 'viewer-test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const requestInit = { headers: { authorization: `Bearer ${fleet.token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(fleet.gateway.mcp), { requestInit }))
})
afterAll(() => client?.close())

const generate = (args: Record<string, unknown>) =>
  answerOf<Asked>(client, 'reports__generate_report', { date_range: HALF_A_YEAR, ...args })

describe.skipIf(leavesPagesOut())('the viewer, in a host that renders apps, through the gateway', () => {
  test('shows every section of a report with its figures, charts and tables', async () => {
    const args = { type: 'headcount', date_range: HALF_A_YEAR }
    const shown = await host.open({ tool: 'reports__generate_report', args })
    const { content } = await generate(args)
    await shown.app.getByRole('heading', { level: 1, name: content.title }).waitFor()
    expect(await shown.app.getByRole('heading', { level: 2 }).allTextContents()).toEqual(
      content.sections.map(({ title }) => title),
    )
    const figures = content.sections.flatMap(({ blocks }) => blocks.flatMap((block) => block.figures ?? []))
    const [headcount] = figures
    const tile = shown.app.locator('.tile', { hasText: String(headcount?.label) })
    expect(await tile.locator('strong').textContent()).toBe(String(headcount?.value))
    const charts = content.sections.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === 'chart'))
    const drawn = shown.app.getByRole('img', { name: /^Chart/ })
    expect(await drawn.count()).toBe(charts.length)
    await expect.poll(() => drawn.locator('path').count(), PATIENT).toBeGreaterThan(charts.length)
    await takePicture(shown, 'viewer-light')
  })

  test('shows the figures of a chart in a table that opens by keyboard', async () => {
    const args = { type: 'headcount', date_range: HALF_A_YEAR }
    const shown = await host.open({ tool: 'reports__generate_report', args, context: { theme: 'dark' } })
    const before = (await rowsOf(shown)).length
    const table = shown.app.locator('details').first()
    await table.locator('summary').press('Enter')
    await table.getByRole('table').waitFor()
    expect((await rowsOf({ app: shown.app })).length).toBe(before)
    expect(await table.locator('tbody tr').count()).toBeGreaterThan(2)
    await takePicture(shown, 'viewer-dark')
  })

  test('hands the report to the host in other formats', async () => {
    const args = { type: 'budget_summary', date_range: HALF_A_YEAR }
    const shown = await host.open({ tool: 'reports__generate_report', args })
    for (const name of ['Markdown', 'PDF']) {
      await shown.app.getByRole('button', { name }).click()
      await shown.app.getByText(`The ${name} was handed to the host.`).waitFor()
    }
    const saved = await shown.page.evaluate(() => globalThis.host.saved)
    const [markdown, pdf] = (saved as { resource: { text?: string; blob?: string; mimeType: string } }[]).map(
      ({ resource }) => resource,
    )
    expect(markdown).toMatchObject({ mimeType: 'text/markdown' })
    expect(markdown?.text).toContain('# Budget summary')
    expect(pdf).toMatchObject({ mimeType: 'application/pdf' })
    expect(Buffer.from(pdf?.blob ?? '', 'base64').toString('latin1')).toMatch(/^%PDF-1\./)
  })

  test('shows other formats as text where the host takes no files', async () => {
    const args = { type: 'budget_summary', date_range: HALF_A_YEAR }
    const shown = await host.open({ tool: 'reports__generate_report', args, savesFiles: false })
    await shown.app.getByRole('button', { name: 'CSV' }).click()
    await shown.app.getByLabel('CSV', { exact: true }).getByText('section,block').waitFor()
    expect(await shown.app.getByRole('button', { name: 'PDF' }).count()).toBe(0)
  })

  test('follows a report that is being made until it is there', async () => {
    const args = { type: 'headcount', date_range: { from: '2021-01-01', to: '2021-12-31' } }
    const { asked, shown } = await withStill(home, 'hr', async () => {
      const asked = generate(args)
      const newest = async () => {
        const list = { limit: 1 }
        type List = { reports: { id: string; status: string }[] }
        return (await answerOf<List>(client, 'reports__list_my_reports', list)).reports[0]
      }
      await expect.poll(async () => (await newest())?.status, PATIENT).toBe('running')
      const shown = await host.open({ tool: 'reports__get_report', args: { id: (await newest())?.id } })
      await shown.app.getByText('The report is being made: 0 of').waitFor()
      return { asked, shown }
    })
    const { content } = await asked
    await shown.app
      .getByRole('heading', { level: 2, name: content.sections[0]?.title ?? '' })
      .first()
      .waitFor()
  })

  test('says that there is no such report', async () => {
    const id = 'rep_000000000000000000000000'
    const shown = await host.open({ tool: 'reports__get_report', args: { id } })
    await shown.app.getByRole('alert').waitFor()
    expect(await shown.app.getByRole('alert').textContent()).toContain(id)
  })
})
