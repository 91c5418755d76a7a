import { expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { describes, rawServer } from './fixture/raw-server.ts'

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
