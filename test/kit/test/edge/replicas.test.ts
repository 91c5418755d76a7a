import { modernRequest } from '@atoll/testing'
import { expect, test } from 'vitest'
import { replicas } from './replicas.ts'

type Send = Awaited<ReturnType<typeof replicas>>[number]
type Result = Record<string, unknown> & { requestState?: string; nextCursor?: string }

/** Each step is sent to the next instance in turn. */
function inTurn(instances: readonly Send[]): Send {
  let turn = 0
  return (body, headers) => {
    const send = instances[turn++ % instances.length]
    if (!send) throw new Error('There is no instance')
    return send(body, { ...headers, 'x-request-id': 'the-same' })
  }
}

/** What is told to a client and does not change from one request to the next. */
async function outcome(response: Response) {
  const text = await response.text()
  const body = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? (text || 'null'))
  return { status: response.status, session: response.headers.get('mcp-session-id'), body }
}

async function modernClient(send: Send) {
  const seen: unknown[] = []
  const ask = async (method: string, params: Record<string, unknown> = {}): Promise<Result> => {
    const { body, headers } = modernRequest(method, params, undefined)
    const capabilities = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }
    const _meta = { ...(body.params._meta as object), ...capabilities }
    const { body: answer, ...rest } = await outcome(
      await send({ ...body, params: { ...params, _meta } }, headers),
    )
    // Sealed anew each time; what they are good for is seen in the step that uses them.
    const { requestState, ...result } = (answer.result ?? answer.error) as Result
    seen.push({ ...rest, method, result, isAsked: requestState !== undefined })
    return { ...result, ...(requestState !== undefined && { requestState }) }
  }
  await ask('server/discover')
  await ask('tools/list')
  await ask('resources/templates/list')
  const { nextCursor } = await ask('resources/list')
  await ask('resources/list', { cursor: nextCursor })
  await ask('resources/read', { uri: 'machine://parts/a' })
  await ask('prompts/get', { name: 'manual', arguments: { topic: 'x' } })
  await ask('tools/call', { name: 'touch', arguments: { id: 'a' } })
  const agree = { name: 'agree', arguments: { word: 'go' } }
  const { requestState } = await ask('tools/call', agree)
  const inputResponses = { agreement: { action: 'accept', content: { confirm: true } } }
  const agreed = await ask('tools/call', { ...agree, requestState, inputResponses })
  expect(agreed.structuredContent).toEqual({ word: 'go' })
  await ask('tools/call', { name: 'no_such_tool', arguments: {} })
  await ask('tools/list', { cursor: 'forged' })
  return seen
}

async function legacyClient(send: Send) {
  const seen: unknown[] = []
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const ask = async (method: string, params: object = {}, id: number | undefined = 1) => {
    const message = { jsonrpc: '2.0', method, params, ...(id !== undefined && { id }) }
    const versioned = method === 'initialize' ? headers : { ...headers, 'mcp-protocol-version': '2025-11-25' }
    seen.push({ method, ...(await outcome(await send(message, versioned))) })
  }
  const clientInfo = { name: 'old', version: '1' }
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
  seen.push((await send({ jsonrpc: '2.0', method: 'notifications/initialized' }, headers)).status)
  await ask('ping')
  await ask('tools/list')
  await ask('prompts/list')
  await ask('resources/read', { uri: 'machine://parts/a' })
  await ask('tools/call', { name: 'touch', arguments: { id: 'a' } })
  await ask('tools/call', { name: 'agree', arguments: { word: 'go' } })
  await ask('tools/call', { name: 'no_such_tool', arguments: {} })
  return seen
}

test.each([
  ['2026', modernClient],
  ['2025', legacyClient],
] as const)('two instances in turn are one server to a client of %s', async (_era, client) => {
  const [one, two, three] = await replicas(3)
  if (!one || !two || !three) throw new Error('An instance is missing')
  const alternating = await client(inTurn([one, two]))
  expect(alternating).toEqual(await client(inTurn([three])))
  expect(alternating).not.toContainEqual(expect.objectContaining({ session: expect.any(String) }))
})
