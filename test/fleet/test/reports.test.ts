import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { atoll } from '../src/run.ts'
import { pidOf, withStill } from '../src/server-of.ts'

const fleet = inject('fleet')
const home = fleet.env.ATOLL_HOME ?? ''
const gateway = new URL(fleet.gateway.mcp)
const HALF_A_YEAR = { from: '2026-01-01', to: '2026-06-30' }

interface Section {
  id: string
  status: string
  problem: string | null
  missing_scopes: string[]
  blocks: { kind: string }[]
}
interface Answer {
  id: string
  ready: boolean
  report: { status: string; attempts: number }
  content: { sections: Section[] }
}

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()))
})

async function connect(token = fleet.token, mode: 'auto' | 'legacy' = 'auto') {
  const client = new Client({ name: 'interop', version: '1' }, { versionNegotiation: { mode } })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(gateway, { requestInit }))
  open.push(client)
  return client
}

async function connectV1() {
  const client = new ClientV1({ name: 'interop-v1', version: '1' })
  const requestInit = { headers: { authorization: `Bearer ${fleet.token}` } }
  await client.connect(new TransportV1(gateway, { requestInit }))
  open.push(client)
  return client
}

async function tokenWith(scopes: string): Promise<string> {
  const { stdout } = await atoll(
    ['token', '--subject', 'carol', '--tenant', 'acme', '--scopes', scopes, '--json'],
    fleet.env,
  )
  return (JSON.parse(stdout) as { token: string }).token
}

async function generate(
  client: Client,
  args: Record<string, unknown>,
  onprogress: () => void = () => {},
): Promise<Answer> {
  const call = { name: 'reports__generate_report', arguments: { date_range: HALF_A_YEAR, ...args } }
  const { structuredContent, isError, content } = await client.callTool(call, { onprogress })
  if (isError) throw new Error(JSON.stringify(content))
  return structuredContent as unknown as Answer
}

async function newest(client: Client) {
  const { structuredContent } = await client.callTool({
    name: 'reports__list_my_reports',
    arguments: { limit: 1 },
  })
  const { reports } = structuredContent as { reports: { id: string; status: string; attempts: number }[] }
  return reports[0]
}

describe('a report of somebody with all rights, through the gateway', () => {
  test.each([
    'headcount',
    'project_status',
    'budget_summary',
    'sales_performance',
    'quarterly_business_review',
  ])('%s', async (type) => {
    const client = await connect()
    const answer = await generate(client, { type })
    expect(answer.ready).toBe(true)
    for (const section of answer.content.sections) {
      expect(section, section.problem ?? '').toMatchObject({ status: 'complete' })
      expect(section.blocks.length).toBeGreaterThan(0)
    }
    const kinds = answer.content.sections.flatMap(({ blocks }) => blocks.map(({ kind }) => kind))
    expect(kinds).toEqual(expect.arrayContaining(['chart', 'table']))
  })

  test('agrees with what the person would have been told', async () => {
    const client = await connect()
    const { content } = await generate(client, { type: 'headcount' })
    const { structuredContent } = await client.callTool({
      name: 'hr__headcount_summary',
      arguments: { by: 'none', ...HALF_A_YEAR },
    })
    const { total } = structuredContent as { total: { headcount: number; joiners: number } }
    expect(content.sections[0]?.blocks[0]).toMatchObject({
      figures: [{ value: total.headcount }, { value: total.joiners }, {}, {}, {}],
    })
  })

  test('is read in every format, by clients of both eras', async () => {
    const { id } = await generate(await connect(), { type: 'budget_summary' })
    const formats = [
      ['md', '# Budget summary'],
      ['html', '<!doctype html>'],
      ['csv', 'section,block'],
      ['pdf', '%PDF-1.'],
    ]
    for (const client of [await connect(), await connect(fleet.token, 'legacy'), await connectV1()]) {
      for (const [format, beginning = ''] of formats) {
        const { contents } = await client.readResource({ uri: `reports+report://${id}?format=${format}` })
        const [first] = contents as { text?: string; blob?: string }[]
        expect(first?.text ?? Buffer.from(first?.blob ?? '', 'base64').toString('latin1')).toContain(
          beginning,
        )
      }
      const { content } = await client.callTool({
        name: 'reports__get_report',
        arguments: { id, charts: 'png' },
      })
      expect(content).toContainEqual(expect.objectContaining({ type: 'image', mimeType: 'image/png' }))
    }
  })
})

describe('a client that follows tasks', () => {
  /** In the words of 2026-07-28, with the Tasks extension declared. */
  async function ask(method: string, params: Record<string, unknown>) {
    const response = await fetch(gateway, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${fleet.token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        'mcp-name': String(params.name ?? params.taskId),
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method,
        params: {
          ...params,
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientCapabilities': {
              extensions: { 'io.modelcontextprotocol/tasks': {} },
            },
          },
        },
      }),
    })
    return ((await response.json()) as { result: Record<string, unknown> }).result
  }
  const begin = (year: number) =>
    ask('tools/call', {
      name: 'reports__generate_report',
      arguments: { type: 'headcount', date_range: { from: `${year}-01-01`, to: `${year}-12-31` } },
    })

  test('gets one, and the report as its result', async () => {
    const task = await withStill(home, 'hr', () => begin(2023))
    expect(task).toMatchObject({ resultType: 'task', taskId: expect.any(String), status: 'working' })
    const { taskId } = task
    await expect
      .poll(() => ask('tasks/get', { taskId }), { timeout: 20_000 })
      .toMatchObject({ status: 'completed', result: { structuredContent: { ready: true } } })
    const { result } = (await ask('tasks/get', { taskId })) as { result: { structuredContent: Answer } }
    for (const section of result.structuredContent.content.sections) {
      expect(section, section.problem ?? '').toMatchObject({ status: 'complete' })
    }
  })

  test('cancels the report with its task', async () => {
    await withStill(home, 'hr', async () => {
      const { taskId } = await begin(2022)
      await ask('tasks/cancel', { taskId })
      await expect.poll(() => ask('tasks/get', { taskId })).toMatchObject({ status: 'cancelled' })
    })
  })
})

describe('a report of somebody with fewer rights', () => {
  let limited: string
  beforeAll(async () => {
    limited = await tokenWith('reports:read reports:write orders:support')
  })

  test('names the scope that is missing, and shows the rest', async () => {
    const client = await connect(limited)
    const answer = await generate(client, { type: 'quarterly_business_review' })
    const section = (id: string) => answer.content.sections.find((each) => each.id === id)
    expect(section('headcount')).toMatchObject({
      status: 'not_permitted',
      missing_scopes: ['hr:read'],
      blocks: [],
    })
    expect(section('sales')).toMatchObject({ status: 'complete' })
  })

  test('hides from a weaker token what a stronger one of the same person may see', async () => {
    const strong = await connect(await tokenWith('reports:read reports:write hr:read'))
    const { id, content } = await generate(strong, { type: 'headcount' })
    expect(content.sections[0]?.status).toBe('complete')
    const weak = await connect(limited)
    const { structuredContent } = await weak.callTool({ name: 'reports__get_report', arguments: { id } })
    expect((structuredContent as unknown as Answer).content.sections).toMatchObject(
      Array(4).fill({ status: 'not_permitted', blocks: [] }),
    )
    const { contents } = await weak.readResource({ uri: `reports+report://${id}?format=md` })
    expect((contents as { text: string }[])[0]?.text).toContain('needs the scope hr:read')
  })

  test('cannot be had by asking the server directly, where nobody vouches for other rights', async () => {
    const { mcp, token } = fleet.servers.reports
    const client = new Client({ name: 'direct', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    const requestInit = { headers: { authorization: `Bearer ${token}` } }
    await client.connect(new StreamableHTTPClientTransport(new URL(mcp), { requestInit }))
    open.push(client)
    const { isError, content } = await client.callTool({
      name: 'generate_report',
      arguments: { type: 'headcount' },
    })
    expect(isError).toBe(true)
    expect(JSON.stringify(content)).toContain('cannot be handed on')
  })
})

describe('when things go wrong', () => {
  test('orders is killed: its sections say so, the others are complete', async () => {
    const client = await connect()
    process.kill(await pidOf(home, 'orders'), 'SIGKILL')
    const answer = await generate(client, { type: 'quarterly_business_review' })
    expect(answer.ready).toBe(true)
    const section = (id: string) => answer.content.sections.find((each) => each.id === id)
    expect(section('sales')).toMatchObject({
      status: 'unavailable',
      problem: expect.stringContaining('orders'),
    })
    expect(section('headcount')).toMatchObject({ status: 'complete' })
    // The launcher starts it again; a report asked for then has everything.
    await expect
      .poll(
        async () => {
          const again = await generate(client, { type: 'sales_performance' })
          return again.content.sections[0]?.status
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe('complete')
  })

  test('the same report asked for twice at a time is made once', async () => {
    const [one, two] = [await connect(), await connect()]
    const args = { type: 'headcount', date_range: { from: '2025-01-01', to: '2025-06-30' } }
    const [first, second] = await withStill(home, 'hr', async () => {
      const asked = generate(one, args)
      await expect.poll(async () => (await newest(two))?.status).toBe('running')
      const waits = Promise.withResolvers<void>()
      const again = generate(two, args, waits.resolve)
      await waits.promise
      return [asked, again]
    })
    const answers = await Promise.all([first, second])
    expect(answers[0]?.id).toBe(answers[1]?.id)
    expect(answers[0]?.report.attempts).toBe(1)
  })

  test('a report is cancelled while its sources keep it waiting', async () => {
    const [one, two] = [await connect(), await connect()]
    await withStill(home, 'hr', async () => {
      const asked = generate(one, { type: 'headcount', date_range: 'last_year' })
      const refused = expect(asked).rejects.toThrow('cancelled')
      await expect.poll(async () => (await newest(two))?.status).toBe('running')
      const report = await newest(two)
      const cancelled = await two.callTool({ name: 'reports__cancel_report', arguments: { id: report?.id } })
      expect(cancelled.structuredContent).toMatchObject({ report: { status: 'cancelled' } })
      await refused
    })
    expect(await newest(two)).toMatchObject({ status: 'cancelled' })
  })

  test('reports is killed midway: it is started again and finishes the report, once', {
    timeout: 120_000,
  }, async () => {
    const [one, two] = [await connect(), await connect()]
    const pid = await pidOf(home, 'reports')
    await withStill(home, 'hr', async () => {
      void generate(one, { type: 'headcount', date_range: { from: '2024-01-01', to: '2024-12-31' } }).catch(
        () => {},
      )
      await expect.poll(async () => (await newest(two))?.status).toBe('running')
      process.kill(pid, 'SIGKILL')
    })
    await expect
      .poll(() => newest(two).catch(() => undefined), { timeout: 90_000, interval: 500 })
      .toMatchObject({ status: 'ready', attempts: 2 })
    expect(await pidOf(home, 'reports')).not.toBe(pid)
    const report = await newest(two)
    const { structuredContent } = await two.callTool({
      name: 'reports__get_report',
      arguments: { id: report?.id },
    })
    for (const section of (structuredContent as unknown as Answer).content.sections) {
      expect(section, section.problem ?? '').toMatchObject({ status: 'complete' })
    }
  })
})
