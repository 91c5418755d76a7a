import { describe, expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { describes, rawServer, tool } from './fixture/raw-server.ts'

const READ = { annotations: { readOnlyHint: true } }

/** The gateway in front of a server that answers every call with `result`. */
async function answering(result: Record<string, unknown>) {
  const raw = await rawServer((request) => {
    if (request.method === 'tools/list')
      request.reply({ tools: [tool('read', READ), tool('write')], ttlMs: 60_000, cacheScope: 'public' })
    else if (!describes(request, [])) request.reply(result)
  })
  return startGateway(await newSite(), [{ name: 'odd', url: raw.url }])
}

describe('a result that no client could read', () => {
  test.each([
    ['content that is no list', { content: 7 }],
    ['a block that is no object', { content: ['text'] }],
    ['a block without a type', { content: [{ text: 'hello' }] }],
    ['nothing at all', {}],
    ['an isError that is no claim', { content: [], isError: 'no' }],
  ])('is not handed on: %s', async (_, result) => {
    const client = await (await answering(result)).connect()
    expect(await client.callTool({ name: 'odd__read' })).toMatchObject({
      isError: true,
      content: [{ text: 'BAD_ANSWER: odd sent an answer that is not valid MCP.' }],
    })
    expect(await client.callTool({ name: 'odd__write' })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^OUTCOME_UNKNOWN: .* look before you repeat it\.$/) }],
    })
  })

  test('is not what the specification allows', async () => {
    const client = await (await answering({ content: [], structuredContent: { more: 1 } })).connect()
    expect(await client.callTool({ name: 'odd__write' })).toMatchObject({ structuredContent: { more: 1 } })
  })
})
