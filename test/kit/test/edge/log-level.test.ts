import { type HttpFixture, httpFixture, modernRequest } from '@atoll/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { machineServer, newMachine } from '../fixture.ts'

let http: HttpFixture
let token: string

beforeEach(async () => {
  http = await httpFixture(machineServer, newMachine())
  token = await http.token({ subject: 'alice', tenant: 'acme', scopes: ['machine:use'] })
})
afterEach(() => http.close())

/** Everything that a call of a tool which logs at `info` is answered with; its progress is always asked for. */
async function answerOf(meta: object, bend: (name: string) => string = (name) => name) {
  const { body, headers } = modernRequest('tools/call', { name: 'steps', arguments: {} }, token)
  const _meta = { ...(body.params._meta as object), progressToken: 'p', ...meta }
  const request = { ...body, params: { ...body.params, _meta } }
  const text = await (await http.post(request, { ...headers, 'mcp-name': bend('steps') })).text()
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice(6)) as { method?: string; params?: Record<string, unknown> })
}

const LEVEL = 'io.modelcontextprotocol/logLevel'
/** A name in Base64 is judged by the official SDK, one in plain text is not. */
const WAYS = [
  ['dispatched directly', (name: string) => name],
  ['through the SDK', (name: string) => `=?base64?${Buffer.from(name).toString('base64')}?=`],
] as const

test.each(WAYS)('a call that names no level hears no log, %s', async (_how, bend) => {
  const methods = (await answerOf({}, bend)).map(({ method }) => method)
  expect(methods).toContain('notifications/progress')
  expect(methods).not.toContain('notifications/message')
})

test.each(WAYS)('a call hears of its level and what is graver, %s', async (_how, bend) => {
  const logsAt = async (level: string) =>
    (await answerOf({ [LEVEL]: level }, bend)).filter(({ method }) => method === 'notifications/message')
  for (const level of ['debug', 'info']) {
    expect(await logsAt(level)).toMatchObject([
      { params: { level: 'info', logger: 'machine', data: 'half way' } },
    ])
  }
  for (const level of ['notice', 'warning', 'emergency']) expect(await logsAt(level)).toEqual([])
})
