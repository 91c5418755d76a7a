import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { connectOld } from './fixture/old-client.ts'
import { fail, speakingOld } from './fixture/old-raw-server.ts'
import { type RawRequest, type RawServer, rawServer, tool, withTools } from './fixture/raw-server.ts'

const TOOLS = [tool('greet')]
const ADA = { action: 'accept' as const, content: { name: 'Ada' } }
const QUESTION = {
  method: 'elicitation/create',
  params: {
    ...{ mode: 'form', message: 'Who are you?' },
    requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
  },
}

function text(words: string) {
  return { content: [{ type: 'text', text: words }] }
}

/** Asks while the call is open, as in 2025. */
function oldInstance(): RawServer['behave'] {
  let call: RawRequest | undefined
  return speakingOld({ tools: {} }, (request) => {
    const { method, result, reply, response } = request
    if (method === 'tools/list') return reply({ tools: TOOLS })
    if (method === 'tools/call') {
      call = request
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: 'who', ...QUESTION })}\n\n`)
    } else {
      response.writeHead(202).end()
      const answer = { jsonrpc: '2.0', id: call?.id, result: text(`old: ${JSON.stringify(result)}`) }
      call?.response.end(`data: ${JSON.stringify(answer)}\n\n`)
    }
  })
}

/** Asks by being called again. */
function newInstance(): RawServer['behave'] {
  return withTools(TOOLS, (request) => {
    const { inputResponses, requestState } = request.params
    if (inputResponses === undefined) {
      const asked = { resultType: 'input_required', inputRequests: { who: QUESTION } }
      request.reply({ ...asked, requestState: 'of the server' })
    } else if (requestState !== 'of the server') fail(request, { code: -32602, message: 'Unknown state' })
    else request.reply(text(`new: ${JSON.stringify(inputResponses)}`))
  })
}

/** The gateway takes one of both for the server. */
describe.each([
  ['old', oldInstance, newInstance],
  ['new', newInstance, oldInstance],
])('while a server is upgraded, and taken for an %s one', (_, first, second) => {
  async function start() {
    const raws = [await rawServer(), await rawServer()].sort((a, b) => (a.url < b.url ? -1 : 1))
    const [one, other] = raws as [RawServer, RawServer]
    one.behave = first()
    other.behave = second()
    const urls = [one.url, other.url]
    return startGateway(await newSite(), [{ name: 'raw', urls, audience: one.url }], {
      env: { MCP_SESSIONS: 'true' },
    })
  }

  /** Until each instance has answered, always with the name. */
  async function greetedByBoth(call: () => Promise<unknown>): Promise<void> {
    const seen = new Set<string>()
    const greet = async () => {
      const greeting = JSON.stringify(await call())
      expect(greeting).toContain('Ada')
      seen.add(greeting.includes('old:') ? 'old' : 'new')
    }
    // One that was slow once is passed over for a while.
    for (const until = Date.now() + 10_000; Date.now() < until && seen.size < 2; ) await greet()
    expect(seen.size).toBe(2)
  }

  test('an old client is asked', async () => {
    const client = await connectOld(await start(), { elicitation: {} })
    client.setRequestHandler(ElicitRequestSchema, () => ADA)
    await greetedByBoth(() => client.callTool({ name: 'raw__greet' }))
  })

  test('a new client is asked', async () => {
    const gateway = await start()
    const client = await gateway.connect({ capabilities: { elicitation: { form: {} } } })
    client.setRequestHandler('elicitation/create', () => ADA)
    await greetedByBoth(() => client.callTool({ name: 'raw__greet' }))
  })
})
