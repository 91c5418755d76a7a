import { expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { describes, rawServer, tool, withTools } from './fixture/raw-server.ts'

test('a server that always wants yet another scope is asked twice, and its last word is the gateway’s own challenge', async () => {
  let times = 0
  const raw = await rawServer((request) => {
    if (describes(request, ['echo'])) return
    const challenge = `Bearer error="insufficient_scope", scope="s${++times}", resource_metadata="https://evil.example/x"`
    request.response.writeHead(403, { 'www-authenticate': challenge }).end()
  })
  const { post, origin } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
  const scopes = ['s1', 's2', 's3', 's4']
  const response = await post('tools/call', { name: 'raw__echo', arguments: {} }, { as: { scopes } })
  expect(response.status).toBe(403)
  const challenge = response.headers.get('www-authenticate') ?? ''
  expect(challenge).toContain('scope="s2"')
  expect(challenge).toContain(`resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`)
  expect(challenge).not.toContain('evil')
  expect(times).toBe(2)
})

test('a server that refuses in turns, for the token and for the scope, comes to an end', async () => {
  let times = 0
  const raw = await rawServer((request) => {
    if (describes(request, ['echo'])) return
    const challenge = `Bearer error="insufficient_scope", scope="s${times}"`
    const [status, header] = ++times % 2 ? [401, 'Bearer'] : [403, challenge]
    request.response.writeHead(status, { 'www-authenticate': header }).end()
  })
  const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
  const scopes = ['s1', 's3', 's5', 's7']
  const response = await post('tools/call', { name: 'raw__echo', arguments: {} }, { as: { scopes } })
  expect(response.status).toBe(403)
  expect(times).toBe(4)
})

test('a call that has told of progress and then lacks a scope ends in an error that names it', async () => {
  let times = 0
  const raw = await rawServer(
    withTools([tool('read', { annotations: { readOnlyHint: true } })], ({ params, response }) => {
      if (++times > 1) {
        const challenge = 'Bearer error="insufficient_scope", scope="raw:more"'
        return void response.writeHead(403, { 'www-authenticate': challenge }).end()
      }
      const { progressToken } = params._meta as { progressToken: number }
      const told = { method: 'notifications/progress', params: { progressToken, progress: 1 } }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...told })}\n\n`, () => response.destroy())
    }),
  )
  const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
  const call = { name: 'raw__read', arguments: {}, _meta: { progressToken: 'mine' } }
  const response = await post('tools/call', call)
  expect(response.status).toBe(200)
  const messages = (await response.text()).match(/(?<=^data: ).*/gm)?.map((json) => JSON.parse(json))
  expect(messages).toMatchObject([
    { params: { progressToken: 'mine' } },
    { error: { code: -32602, data: { scopes: ['raw:more'] } } },
  ])
})

test.each([
  ['gateway:admin', ['gateway:admin'], 200],
  ['gateway:admin', [], 200],
  ['gateway:admin orders:write', ['gateway:admin', 'orders:write'], 403],
  ['gateway:console orders:write', [], 403],
])(
  'a server that wants %s neither gets nor has clients ask for what runs the gateway, granted %j',
  async (scope, scopes, status) => {
    const sent: string[] = []
    const raw = await rawServer((request) => {
      if (describes(request, ['echo'])) return
      const [, claims = ''] = String(request.headers.authorization).split('.')
      sent.push(Buffer.from(claims, 'base64url').toString())
      const challenge = `Bearer error="insufficient_scope", scope="${scope}"`
      request.response.writeHead(403, { 'www-authenticate': challenge }).end()
    })
    const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    const response = await post('tools/call', { name: 'raw__echo', arguments: {} }, { as: { scopes } })
    expect(response.status).toBe(status)
    const challenge = response.headers.get('www-authenticate') ?? ''
    expect(challenge).not.toContain('gateway:')
    if (status === 403) expect(challenge).toContain('scope="orders:write"')
    else expect(await response.json()).toMatchObject({ result: { isError: true } })
    expect(sent.join(' ')).not.toContain('gateway:')
  },
)
