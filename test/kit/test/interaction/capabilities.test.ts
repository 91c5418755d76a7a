import { defineDomain, defineServer } from '@atoll/server-kit'
import { alice, type HttpFixture, httpFixture, modernRequest, testServer } from '@atoll/testing'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

const desk = defineDomain({
  name: 'desk',
  scopes: { use: 'Use the desk' },
  config: z.object({}),
  connect: async () => ({ deps: {} }),
})
const about = { effect: 'read', scopes: ['desk:use'], input: z.object({}), output: z.object({}) } as const

const fillIn = desk.defineTool({
  ...about,
  name: 'fill_in',
  title: 'Fill in',
  description: 'Cannot go on without a form.',
  async run({ interaction }) {
    await interaction.ask({
      form: { kind: 'form', message: 'Your name?', schema: z.object({ name: z.string() }) },
    })
    return {}
  },
})

const visit = desk.defineTool({
  ...about,
  name: 'visit',
  title: 'Visit',
  description: 'Cannot go on without a visit to a page.',
  async run({ interaction }) {
    await interaction.ask({ page: { kind: 'url', message: 'Sign in', url: 'https://example.com/sign-in' } })
    return {}
  },
})

const think = desk.defineTool({
  ...about,
  name: 'think',
  title: 'Think',
  description: "Cannot go on without the client's model.",
  async run({ interaction }) {
    await interaction.ask({ model: { kind: 'sampling', params: { messages: [], maxTokens: 1 } } })
    return {}
  },
})

const wonder = desk.defineTool({
  ...about,
  name: 'wonder',
  title: 'Wonder',
  description: 'Asks where it can, and goes on without an answer where it cannot.',
  async run({ interaction }) {
    if (interaction.can('url'))
      await interaction.ask({ page: { kind: 'url', message: 'Sign in', url: 'https://example.com/sign-in' } })
    return {}
  },
})

const deskServer = defineServer(desk, { instructions: 'A desk.', tools: [fillIn, visit, think, wonder] })
let http: HttpFixture
let token: string

beforeEach(async () => {
  http = await httpFixture(deskServer, {})
  token = await http.token({ subject: 'alice', tenant: 'acme', scopes: ['desk:use'] })
})
afterEach(() => http.close())

/** A call of a client of 2026 that declares these capabilities. */
async function call(name: string, capabilities: object) {
  const { body, headers } = modernRequest('tools/call', { name, arguments: {} }, token)
  const _meta = {
    ...(body.params._meta as object),
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  }
  const response = await http.post({ ...body, params: { ...body.params, _meta } }, headers)
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) }
}

describe('a client of 2026', () => {
  test.each([
    ['fill_in', {}, { elicitation: { form: {} } }],
    ['fill_in', { elicitation: { url: {} } }, { elicitation: { form: {} } }],
    ['visit', {}, { elicitation: { url: {} } }],
    ['visit', { elicitation: {} }, { elicitation: { url: {} } }],
    ['visit', { elicitation: { form: {} }, sampling: {} }, { elicitation: { url: {} } }],
    ['think', { elicitation: { form: {}, url: {} } }, { sampling: {} }],
  ])('that calls %s with %j is told that it needs %j', async (name, declared, requiredCapabilities) => {
    expect(await call(name, declared)).toMatchObject({
      status: 400,
      error: { code: -32021, data: { requiredCapabilities } },
    })
  })

  test.each([
    ['fill_in', { elicitation: {} }, { form: { params: { mode: 'form' } } }],
    ['fill_in', { elicitation: { form: {} } }, { form: { params: { mode: 'form' } } }],
    ['visit', { elicitation: { url: {} } }, { page: { params: { mode: 'url' } } }],
    ['think', { sampling: {} }, { model: { method: 'sampling/createMessage' } }],
  ])('that calls %s with %j is asked', async (name, declared, inputRequests) => {
    expect(await call(name, declared)).toMatchObject({
      status: 200,
      result: { resultType: 'input_required', inputRequests },
    })
  })

  test('is not asked what a tool can do without', async () => {
    for (const declared of [{}, { elicitation: {} }, { elicitation: { form: {} } }])
      expect(await call('wonder', declared)).toMatchObject({ result: { resultType: 'complete' } })
    const asked = await call('wonder', { elicitation: { url: {} } })
    expect(asked).toMatchObject({ result: { resultType: 'input_required' } })
  })
})

test('a client of 2025 without a way back is told that it cannot be asked', async () => {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
  }
  for (const name of ['fill_in', 'visit', 'think']) {
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } }
    const { result } = (await (await http.post(message, headers)).json()) as { result: object }
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('cannot be asked') }],
    })
  }
})

test('a refusal for want of a capability leaves one audit event', async () => {
  const server = await testServer(deskServer, { deps: {} })
  onTestFinished(() => server.close())
  const asked = server.call('visit', {}, { as: alice('desk:use'), capabilities: { elicitation: {} } })
  await expect(asked).rejects.toMatchObject({ code: -32021 })
  expect(server.audit).toMatchObject([{ name: 'visit', outcome: 'error', errorCode: '-32021' }])
})
