import { describe, expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { connectOld } from './fixture/old-client.ts'
import { fail, speakingOld } from './fixture/old-raw-server.ts'
import { rawServer, tool } from './fixture/raw-server.ts'

const SESSIONS = { env: { MCP_SESSIONS: 'true' } }

test('a resource that an old server does not have does not exist, whoever asks', async () => {
  const raw = await rawServer(
    speakingOld({ resources: {} }, (request) => {
      const { method, params, reply } = request
      if (method === 'resources/list') reply({ resources: [] })
      else if (method === 'resources/templates/list')
        reply({ resourceTemplates: [{ name: 'note', uriTemplate: 'note://{id}' }] })
      else fail(request, { code: -32002, message: 'No such note', data: { uri: params.uri } })
    }),
  )
  const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], SESSIONS)
  const answer = await gateway.post('resources/read', { uri: 'raw+note://1' })
  const gone = { code: -32602, message: 'Resource not found', data: { uri: 'note://1' } }
  expect(await answer.json()).toMatchObject({ error: gone })
  const client = await connectOld(gateway)
  await expect(client.readResource({ uri: 'raw+note://1' })).rejects.toMatchObject({ code: -32602 })
})

describe('a page that an old server wants to be opened first', () => {
  const elicitations = [{ mode: 'url', elicitationId: '1', url: 'https://x.example/', message: 'Sign in' }]

  async function start() {
    const raw = await rawServer(
      speakingOld({ tools: {} }, (request) => {
        if (request.method === 'tools/list') request.reply({ tools: [tool('pay')] })
        else fail(request, { code: -32042, message: 'Sign in first', data: { elicitations } })
      }),
    )
    return startGateway(await newSite(), [{ name: 'raw', url: raw.url }], SESSIONS)
  }

  test('is told to an old client that can open pages', async () => {
    const client = await connectOld(await start(), { elicitation: { url: {} } })
    await expect(client.callTool({ name: 'raw__pay' })).rejects.toMatchObject({
      code: -32042,
      data: { elicitations },
    })
  })

  test('is why a call of any other fails, now and later', async () => {
    const gateway = await start()
    const client = await connectOld(gateway, { elicitation: {} })
    const failed = {
      isError: true,
      content: [{ text: expect.stringContaining('raw wants a page to be opened first') }],
      _meta: { 'dev.atoll/error': { code: 'INVALID', retryable: false } },
    }
    expect(await client.callTool({ name: 'raw__pay' })).toMatchObject(failed)
    const answer = await gateway.post('tools/call', { name: 'raw__pay', arguments: {} })
    expect(await answer.json()).toMatchObject({ result: failed })
  })
})
